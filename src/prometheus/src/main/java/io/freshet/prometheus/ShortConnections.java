package io.freshet.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prometheus.client.exporter.HttpConnectionFactory;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Connections for the client library's {@code PushGateway} that give up early and present the
 * credentials, which thus stay out of the URL and out of every exception.
 */
final class ShortConnections implements HttpConnectionFactory {
  private final Duration limit;
  private final Optional<String> credentials;

  ShortConnections(Duration limit, Optional<String> credentials) {
    this.limit = limit;
    this.credentials = credentials;
  }

  @Override
  public HttpURLConnection create(String url) throws IOException {
    // The library writes a space as "+", which is a plus sign in a path.
    URL address = new URL(url.replace("+", "%20"));
    HttpURLConnection connection = (HttpURLConnection) address.openConnection();
    credentials.ifPresent(
        some ->
            connection.setRequestProperty(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(some.getBytes(UTF_8))));
    return new ShortConnection(connection, limit);
  }
}
