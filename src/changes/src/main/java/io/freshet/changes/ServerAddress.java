package io.freshet.changes;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's address, as {@code http://host:port/path} or {@code https://host:port/path}: one form
 * for all servers.
 *
 * <p>{@link URI#getHost()} knows no name with an underscore (RFC 952), as services of container
 * networks have; nor does gRPC. Here they are names as others are.
 *
 * @param tls whether it is https
 * @param host a name or an IPv4 address, or an IPv6 address in brackets
 * @param port 1 to 65,535; empty where the address names none
 * @param path what follows, raw; empty if nothing does
 */
public record ServerAddress(boolean tls, String host, Optional<Integer> port, String path) {
  private static final Pattern AUTHORITY =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?");
  private static final int MAX_PORT = 65_535;

  /**
   * Reads an address; empty if it has another form. What it holds beside scheme, host, port and
   * path is none: credentials, above all, do not belong there.
   */
  public static Optional<ServerAddress> parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      return Optional.empty(); // Its message repeats the text, which may hold a secret.
    }
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    boolean known = tls || "http".equalsIgnoreCase(uri.getScheme());
    if (!known
        || uri.getRawAuthority() == null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      return Optional.empty();
    }
    Matcher authority = AUTHORITY.matcher(uri.getRawAuthority());
    if (!authority.matches()) {
      return Optional.empty();
    }
    Optional<Integer> port = Optional.ofNullable(authority.group(2)).map(Integer::valueOf);
    if (port.filter(number -> number < 1 || number > MAX_PORT).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(new ServerAddress(tls, authority.group(1), port, uri.getRawPath()));
  }

  /**
   * Java takes no certificate for a name with an underscore, whatever the certificate says.
   *
   * @throws FreshetException OPTION if the host has such a name and is to be reached by TLS
   */
  public ServerAddress requireName() {
    if (tls && host.contains("_")) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "https://"
              + host
              + " can never be proven: Java takes no certificate for a name with an underscore. Give the server another name (a network alias), or write http");
    }
    return this;
  }

  /** The host without the brackets of an IPv6 address. */
  public String bareHost() {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** The same with the other scheme. */
  public ServerAddress withOtherScheme() {
    return new ServerAddress(!tls, host, port, path);
  }

  @Override
  public String toString() {
    return (tls ? "https://" : "http://")
        + host
        + port.map(number -> ":" + number).orElse("")
        + path;
  }
}
