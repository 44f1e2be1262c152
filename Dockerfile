# One image for the portal, the processor, or both, and for every verb: docker run IMAGE migrate
ARG DOTNET=10.0

# Built on the builder's own platform: what comes out is the same for every processor.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:${DOTNET} AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY ShiftReminders.Web/ShiftReminders.Web.csproj ShiftReminders.Web/packages.lock.json ShiftReminders.Web/
RUN dotnet restore ShiftReminders.Web --locked-mode
COPY Database Database
COPY ShiftReminders.Web ShiftReminders.Web
RUN dotnet publish ShiftReminders.Web --no-restore -c Release -o /app -p:UseAppHost=false -p:PublishDocumentationFile=false

# Chiseled: no shell, no package manager, user "app" (1654). "extra" brings the time zones.
FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET}-noble-chiseled-extra
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Shift Reminders" \
      org.opencontainers.image.revision="${REVISION}"
WORKDIR /app
COPY --from=build /app .
# Diagnostics would want to write to /tmp, and the root file system may be read-only.
# No Kerberos in here: Npgsql would look for its library and complain in the log.
ENV ASPNETCORE_HTTP_PORTS=8080 \
    DOTNET_EnableDiagnostics=0 \
    PGGSSENCMODE=disable
EXPOSE 8080
USER 1654
# Live, not ready: a restart does not bring a database back.
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["dotnet", "ShiftReminders.Web.dll", "health"]
ENTRYPOINT ["dotnet", "ShiftReminders.Web.dll"]
