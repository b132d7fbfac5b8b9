package io.freshet.runners.spark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which Spark the workers of a standalone cluster are: the pages of their web interface bear it
 * (Spark's {@code UIUtils.basicSparkPage}), and nothing that a driver and an executor of two
 * versions exchange does.
 */
final class WorkerVersions {
  private static final Pattern VERSION =
      Pattern.compile("class=\"version\"[^>]*>\\s*([0-9][^<\\s]*)\\s*<");

  private static final Duration LIMIT = Duration.ofSeconds(2);

  private WorkerVersions() {}

  /**
   * The version of the worker that shows an executor's log; empty if that cannot be told, as where
   * it is no worker of a standalone cluster.
   *
   * @param logs the log's address
   */
  static Optional<String> of(String logs) {
    HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    try {
      URI page = URI.create(logs).resolve("/");
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(page).timeout(LIMIT).build(),
              HttpResponse.BodyHandlers.ofString());
      return in(response.body());
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // It only says more of a fault that is told anyway.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** The version that a page bears. */
  static Optional<String> in(String page) {
    Matcher version = VERSION.matcher(page);
    return version.find() ? Optional.of(version.group(1)) : Optional.empty();
  }
}
