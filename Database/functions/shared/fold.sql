-- A text as every search compares it, whatever its case and accents: "muller" finds Müller, "nguyen thi" Nguyễn Thị and
-- "grosskreutz" Großkreutz. What Unicode does not take apart into a letter and a mark is named. Needs no extension. A string
-- body, so that it is inlined; most names and errors are plain ASCII, and need no more than small letters.
CREATE OR REPLACE FUNCTION shift_reminders.fold(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS '
  SELECT CASE WHEN pg_catalog.octet_length(words) = pg_catalog.length(words) THEN pg_catalog.lower(words)
    ELSE pg_catalog.lower(pg_catalog.regexp_replace(
      pg_catalog.normalize(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
        pg_catalog.translate(words, ''øØłŁđĐðÐħĦŧŦıİ'', ''oOlLdDdDhHtTii''),
        ''ß'', ''ss''), ''ẞ'', ''ss''), ''æ'', ''ae''), ''Æ'', ''ae''), ''œ'', ''oe''), ''Œ'', ''oe''), ''NFKD''),
      ''[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]'', '''', ''g'')) END';
