package io.freshet.prometheus;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.ServerAddress;
import io.freshet.changes.ServerProtocol;
import java.io.Serializable;
import java.net.MalformedURLException;
import java.net.URL;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a JVM pushes its metrics, as whom, and how often. Neither {@link #toString} nor an
 * exception shows the password.
 */
public final class PushgatewayTarget implements Serializable {
  /** How often is pushed unless {@link #withInterval} says otherwise. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

  private final URL url;
  private final String credentials;
  private final String jobName;
  private final String role;
  private final Duration interval;

  private PushgatewayTarget(
      URL url, String credentials, String jobName, String role, Duration interval) {
    this.url = url;
    this.credentials = credentials;
    this.jobName = jobName;
    this.role = role;
    this.interval = interval;
  }

  /**
   * A target that is pushed to every {@link #DEFAULT_INTERVAL}.
   *
   * @param address {@code host:port}, {@code http://host:port} or {@code https://host:port}, with a
   *     path if the Pushgateway has one
   * @param jobName the label {@code job}
   * @param role what this JVM is, such as {@code direct} or {@code spark}: the label {@code worker}
   *     is the host's name and the role
   * @throws FreshetException of the category {@link FailureCategory#OPTION} if the address has
   *     another form or holds credentials, or the name is empty
   */
  public static PushgatewayTarget of(String address, String jobName, String role) {
    if (jobName.isEmpty()) {
      throw new FreshetException(
          FailureCategory.OPTION, "--jobName is empty; it is the label job of all metrics");
    }
    // Wherever it stands: a password with a slash in it makes it look like a part of the path.
    if (address.indexOf('@') >= 0 || address.toLowerCase(Locale.ROOT).contains("%40")) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "--pushgateway holds credentials, and every user of this machine can read a command line; put them in PUSHGATEWAY_USER and PUSHGATEWAY_PASSWORD, or into a file for --pushgatewayAuthFile");
    }
    ServerAddress server =
        ServerAddress.parse(address.contains("://") ? address : "http://" + address)
            .orElseThrow(() -> malformed(address))
            .requireName();
    try {
      URL url = new URL(server.toString());
      return new PushgatewayTarget(url, "", jobName, role, DEFAULT_INTERVAL);
    } catch (MalformedURLException e) {
      throw malformed(address); // Without the cause: its message says no more.
    }
  }

  private static FreshetException malformed(String address) {
    return new FreshetException(
        FailureCategory.OPTION,
        "--pushgateway '"
            + address
            + "' is not the address of a Pushgateway; write host:port or http://host:port");
  }

  /** The same target with {@code user:password} for basic authentication; empty for none. */
  public PushgatewayTarget withCredentials(String value) {
    return new PushgatewayTarget(url, value, jobName, role, interval);
  }

  /** The same target, pushed to at another interval. */
  public PushgatewayTarget withInterval(Duration newInterval) {
    return new PushgatewayTarget(url, credentials, jobName, role, newInterval);
  }

  /** The address. */
  URL url() {
    return url;
  }

  boolean isTls() {
    return url.getProtocol().equals("https");
  }

  /** Whether the server there speaks TLS and the address says that it does not, or vice versa. */
  boolean isOfOtherProtocol(Duration limit) {
    int port = url.getPort() >= 0 ? url.getPort() : url.getDefaultPort();
    return ServerProtocol.isOtherThan(
        ServerAddress.parse(url.toString()).orElseThrow(), port, limit);
  }

  /** {@code user:password}, if any. */
  Optional<String> credentials() {
    return Optional.of(credentials).filter(some -> !some.isEmpty());
  }

  String jobName() {
    return jobName;
  }

  String role() {
    return role;
  }

  Duration interval() {
    return interval;
  }

  /** By text: comparing URLs asks the name service. */
  @Override
  public boolean equals(Object other) {
    return other instanceof PushgatewayTarget that
        && url.toString().equals(that.url.toString())
        && credentials.equals(that.credentials)
        && jobName.equals(that.jobName)
        && role.equals(that.role)
        && interval.equals(that.interval);
  }

  @Override
  public int hashCode() {
    return Objects.hash(url.toString(), credentials, jobName, role, interval);
  }

  @Override
  public String toString() {
    return url + " as job " + jobName + ", role " + role + ", every " + interval;
  }
}
