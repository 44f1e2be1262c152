using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Tests.Data;

/// <summary>Holds the EF Core model against the schema that the migrations make.</summary>
public sealed class ModelTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Every_mapped_column_is_in_the_database_with_the_same_type_and_nullability()
    {
        var options = new DbContextOptionsBuilder<ShiftRemindersDb>().UseNpgsql(database.AppDataSource).UseSnakeCaseNamingConvention();
        await using var context = new ShiftRemindersDb(options.Options);
        var actual = await database.OwnerDataSource.ColumnAsync<string>(
            """
            SELECT format('%s.%s.%s %s%s', n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' NOT NULL' END)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE a.attnum > 0 AND NOT a.attisdropped AND n.nspname IN ('public', 'shift_reminders')
            """);

        Assert.Empty(context.Model.GetEntityTypes().SelectMany(Columns).Except(actual));
    }

    private static IEnumerable<string> Columns(IEntityType entity)
    {
        if (entity.GetTableName() is not { } table) return [];
        // Whatever is in it, it is one column.
        if (entity.IsMappedToJson()) return [$"{entity.GetSchema()}.{table}.{entity.GetContainerColumnName()} jsonb NOT NULL"];
        var store = StoreObjectIdentifier.Table(table, entity.GetSchema());
        return entity.GetProperties().Select(property =>
            $"{entity.GetSchema()}.{table}.{property.GetColumnName(store)} {Type(property)}{(property.IsColumnNullable(store) ? "" : " NOT NULL")}");
    }

    // The model says varchar(n) where Identity limits a length that our schema leaves open.
    private static string Type(IProperty property) =>
        property.GetColumnType().StartsWith("character varying", StringComparison.Ordinal) ? "text" : property.GetColumnType();
}
