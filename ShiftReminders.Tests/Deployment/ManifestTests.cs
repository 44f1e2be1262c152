using k8s;
using k8s.Models;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Deployment;

/// <summary>The manifests of <c>deploy/</c>. They are read strictly: a field that its kind does not have fails every test.</summary>
public sealed class ManifestTests
{
    private static readonly string Deploy = Path.Combine(Repository.Root, "deploy");

    private static readonly List<string> Files =
    [
        .. Directory.GetFiles(Path.Combine(Deploy, "kubernetes"), "*.yaml").Where(file => Path.GetFileName(file) != "kustomization.yaml"),
    ];

    private static readonly List<object> Objects =
        [.. Files.SelectMany(file => KubernetesYaml.LoadAllFromString(File.ReadAllText(file), strict: true))];

    private static IEnumerable<V1PodSpec> Pods =>
        Objects.OfType<V1Deployment>().Select(deployment => deployment.Spec.Template.Spec)
            .Concat(Objects.OfType<V1Job>().Select(job => job.Spec.Template.Spec));

    [Fact]
    public void Every_kind_that_an_installation_needs_is_there() => Assert.Equal(
        ["V1ConfigMap", "V1Deployment", "V1Ingress", "V1Job", "V1Namespace", "V1NetworkPolicy", "V1PodDisruptionBudget", "V1Secret", "V1Service"],
        Objects.Select(one => one.GetType().Name).Distinct().Order());

    [Fact]
    public async Task Every_object_is_valid_by_the_schema_of_its_kind()
    {
        var result = await PublishedSchemas.JudgeKubernetesAsync(Files);

        Assert.Equal(0, result.ExitCode);
        var lines = result.Output.Trim().Split('\n');
        Assert.Equal(Objects.Count, lines.Length);
        Assert.All(lines, line => Assert.EndsWith(": valid", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Word_that_a_schema_does_not_know_is_found()
    {
        var changed = await ChangedAsync("kubernetes/portal.yaml", "ScheduleAnyway", "WheneverYouLike");

        var result = await PublishedSchemas.JudgeKubernetesAsync(changed);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("topologySpreadConstraints/0/whenUnsatisfiable must be equal to one of the allowed values", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cloud_Run_service_is_well_formed()
    {
        var service = await PublishedSchemas.JudgeCloudRunAsync(Path.Combine(Deploy, "cloud-run", "service.yaml"));
        var misspelled = await PublishedSchemas.JudgeCloudRunAsync(
            await ChangedAsync("cloud-run/service.yaml", "timeoutSeconds: 3600", "timeoutInSeconds: 3600"));

        Assert.Equal((0, ""), (service.ExitCode, service.Output));
        Assert.Contains("timeoutInSeconds", misspelled.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Kustomization_names_every_file_but_the_example()
    {
        var folder = Path.Combine(Deploy, "kubernetes");
        var kustomization = File.ReadAllText(Path.Combine(folder, "kustomization.yaml"));

        Assert.All(
            Directory.GetFiles(folder).Select(Path.GetFileName).Except(["kustomization.yaml", "secret.example.yaml"]),
            file => Assert.Contains($"- {file}\n", kustomization, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_container_runs_as_nobody_on_a_read_only_file_system() => Assert.All(Pods, pod =>
    {
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.All(pod.Containers, container =>
        {
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.NotNull(container.Resources.Limits["memory"]);
        });
    });

    [Fact]
    public void Portal_and_processor_are_scaled_apart_and_each_is_that_alone()
    {
        var switchedOff = Objects.OfType<V1Deployment>().ToDictionary(
            deployment => deployment.Metadata.Name,
            deployment => deployment.Spec.Template.Spec.Containers[0].Env.Single(variable => variable.Value == "false").Name);

        Assert.Equal("Processor__Enabled", switchedOff["portal"]);
        Assert.Equal("Portal__Enabled", switchedOff["processor"]);
    }

    [Fact]
    public void Every_deployment_survives_a_drained_node_and_stops_in_its_own_time() => Assert.All(Objects.OfType<V1Deployment>(), deployment =>
    {
        Assert.True(deployment.Spec.Replicas >= 2);
        Assert.Contains(Objects.OfType<V1PodDisruptionBudget>(),
            budget => budget.Spec.Selector.MatchLabels.All(label => deployment.Spec.Template.Metadata.Labels[label.Key] == label.Value));
        // The host's own time-out is 30 s.
        Assert.True(deployment.Spec.Template.Spec.TerminationGracePeriodSeconds > 30);
        Assert.Equal("/health/ready", deployment.Spec.Template.Spec.Containers[0].ReadinessProbe.HttpGet.Path);
        Assert.Equal("/health/live", deployment.Spec.Template.Spec.Containers[0].LivenessProbe.HttpGet.Path);
    });

    [Fact]
    public void Only_the_migration_gets_the_owners_password() => Assert.All(Objects.OfType<V1Deployment>(), deployment =>
        Assert.DoesNotContain(deployment.Spec.Template.Spec.Containers[0].EnvFrom, from => from.SecretRef?.Name == "shift-reminders-owner"));

    [Fact]
    public void Only_processors_get_the_channels_key_and_only_portals_the_certificate_of_the_sign_in_keys()
    {
        var secrets = Objects.OfType<V1Deployment>().ToDictionary(
            deployment => deployment.Metadata.Name,
            deployment => SecretsOf(deployment.Spec.Template.Spec).Order().ToArray());
        var everybodys = Objects.OfType<V1ConfigMap>().SelectMany(map => map.Data.Keys);

        Assert.Equal(["shift-reminders", "shift-reminders-sign-in-keys"], secrets["portal"]);
        Assert.Equal(["shift-reminders", "shift-reminders-channel", "shift-reminders-fcm"], secrets["processor"]);
        Assert.All(everybodys, name => Assert.StartsWith("Portal__", name, StringComparison.Ordinal));
    }

    [Fact]
    public void Cookie_of_the_ingress_is_this_hosts_alone_and_goes_over_TLS_alone()
    {
        var cookie = Assert.Single(Objects.OfType<V1Ingress>()).Metadata.Annotations
            .ToDictionary(annotation => annotation.Key.Replace("nginx.ingress.kubernetes.io/session-cookie-", "", StringComparison.Ordinal), annotation => annotation.Value);

        Assert.StartsWith("__Host-", cookie["name"], StringComparison.Ordinal);
        Assert.Equal(("/", "Lax", "true"), (cookie["path"], cookie["samesite"], cookie["secure"]));
        Assert.DoesNotContain("domain", cookie.Keys);
    }

    private static IEnumerable<string> SecretsOf(V1PodSpec pod) =>
        pod.Containers[0].EnvFrom.Select(from => from.SecretRef?.Name).OfType<string>()
            .Concat(pod.Volumes.Select(volume => volume.Secret?.SecretName).OfType<string>());

    private static async Task<string> ChangedAsync(string file, string from, string to)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Deploy, file), TestContext.Current.CancellationToken);
        Assert.Contains(from, text, StringComparison.Ordinal);
        var changed = Path.Combine(Directory.CreateTempSubdirectory("shift-reminders-manifest-").FullName, Path.GetFileName(file));
        await File.WriteAllTextAsync(changed, text.Replace(from, to, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        return changed;
    }
}
