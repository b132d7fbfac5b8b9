package io.freshet.uservectors;

import io.freshet.changes.SecretMap;
import io.freshet.prometheus.PushgatewayReporter;
import io.freshet.prometheus.PushgatewayTarget;
import java.io.Serializable;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where this pipeline's metrics are pushed.
 *
 * @param pushgateway its address; if empty, none are pushed
 * @param credentials {@code user:password}; empty for a Pushgateway without authentication
 * @param jobName the label {@code job}
 * @param role what the JVM does, for the label {@code worker}
 */
public record Reporting(String pushgateway, String credentials, String jobName, String role)
    implements Serializable {
  static Reporting of(UserVectorsOptions options, Map<String, String> environment) {
    String runner = options.getRunner().getSimpleName();
    String role = runner.replace("Runner", "").toLowerCase(Locale.ROOT);
    Reporting reporting =
        new Reporting(
            Optional.ofNullable(options.getPushgateway()).orElse(""),
            Credentials.pushgateway(
                Optional.ofNullable(options.getPushgatewayAuthFile()), environment),
            options.getJobName(),
            role);
    reporting.target(); // Refuses an address of another form.
    return reporting;
  }

  /** Pushes this JVM's metrics from now on; does nothing if they are pushed already. */
  public Optional<PushgatewayReporter> start() {
    return target().map(PushgatewayReporter::start);
  }

  private Optional<PushgatewayTarget> target() {
    return pushgateway.isEmpty()
        ? Optional.empty()
        : Optional.of(
            PushgatewayTarget.of(pushgateway, jobName, role).withCredentials(credentials));
  }

  /** The credentials are not written with it: {@link SecretMap} says why. */
  private Object writeReplace() {
    return credentials.isEmpty()
        ? this
        : new Written(
            new Reporting(pushgateway, "", jobName, role),
            SecretMap.copyOf(Map.of("credentials", credentials)));
  }

  private record Written(Reporting reporting, Map<String, String> secret) implements Serializable {
    private Object readResolve() {
      return new Reporting(
          reporting.pushgateway, secret.get("credentials"), reporting.jobName, reporting.role);
    }
  }

  /** Without the credentials. */
  @Override
  public String toString() {
    return "Reporting[" + pushgateway + ", " + jobName + ", " + role + "]";
  }
}
