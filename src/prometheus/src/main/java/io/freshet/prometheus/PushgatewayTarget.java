package io.freshet.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.Serializable;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLDecoder;
import java.time.Duration;
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
   *     path if the Pushgateway has one, and with {@code user:password@} before the host for basic
   *     authentication, percent-encoded
   * @param jobName the label {@code job}
   * @param role what this JVM is, such as {@code direct} or {@code spark}: the label {@code worker}
   *     is the host's name and the role
   * @throws FreshetException of the category {@link FailureCategory#OPTION} if the address has
   *     another form or the name is empty
   */
  public static PushgatewayTarget of(String address, String jobName, String role) {
    if (jobName.isEmpty()) {
      throw new FreshetException(
          FailureCategory.OPTION, "--jobName is empty; it is the label job of all metrics");
    }
    try {
      URI uri = new URI(address.contains("://") ? address : "http://" + address);
      String authority = Objects.requireNonNullElse(uri.getRawAuthority(), "");
      int at = authority.lastIndexOf('@');
      // Not URI.getHost(): it knows no host with an underscore, as container networks have.
      String host = authority.substring(at + 1);
      URL url = new URL(uri.getScheme() + "://" + host + uri.getRawPath());
      if (url.getHost().isEmpty() || !url.getProtocol().startsWith("http")) {
        throw malformed(address);
      }
      return new PushgatewayTarget(
          url, decoded(authority.substring(0, Math.max(at, 0))), jobName, role, DEFAULT_INTERVAL);
    } catch (URISyntaxException | MalformedURLException e) {
      throw malformed(address); // Without the cause: its message may hold the password.
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  private static FreshetException malformed(String address) {
    return new FreshetException(
        FailureCategory.OPTION,
        "--pushgateway '"
            + address.substring(address.lastIndexOf('@') + 1)
            + "' is not the address of a Pushgateway; write host:port or http://host:port");
  }

  /** The same target, pushed to at another interval. */
  public PushgatewayTarget withInterval(Duration newInterval) {
    return new PushgatewayTarget(url, credentials, jobName, role, newInterval);
  }

  /** The address, without credentials. */
  URL url() {
    return url;
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
