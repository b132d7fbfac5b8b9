package io.freshet.testing;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An S3 server on a free port of 127.0.0.1, which keeps its objects in memory. Any credentials will
 * do.
 */
public final class S3Server implements AutoCloseable {
  private static final String KEY = "key";
  private static final String SECRET = "secret";

  private final int port;
  private final ServerProcess process;

  private S3Server(int port, ServerProcess process) {
    this.port = port;
    this.process = process;
  }

  /** Starts a server that writes its log to {@code log}. */
  public static S3Server start(Path log) {
    int port = Tools.freePort();
    List<String> command =
        List.of(Tools.s3Server().toString(), "-H", "127.0.0.1", "-p", Integer.toString(port));
    return new S3Server(
        port, ServerProcess.start(command, log, () -> MilvusKind.isListening(port)));
  }

  /** {@code http://127.0.0.1:port}. */
  public String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  /** Makes a bucket. */
  public void createBucket(String name) {
    try {
      HttpURLConnection put =
          (HttpURLConnection) URI.create(endpoint() + "/" + name).toURL().openConnection();
      put.setRequestMethod("PUT");
      if (put.getResponseCode() != HttpURLConnection.HTTP_OK) {
        throw new IllegalStateException("No bucket " + name + ": " + put.getResponseCode());
      }
    } catch (IOException e) {
      throw new IllegalStateException("No bucket " + name, e);
    }
  }

  /** Hadoop's settings to reach it. */
  public Map<String, String> hadoopConf() {
    Map<String, String> settings = new TreeMap<>(withoutCredentials());
    settings.put("fs.s3a.access.key", KEY);
    settings.put("fs.s3a.secret.key", SECRET);
    return settings;
  }

  /** Hadoop's settings to reach it, but for the credentials. */
  public Map<String, String> withoutCredentials() {
    return Map.of("fs.s3a.endpoint", endpoint(), "fs.s3a.path.style.access", "true");
  }

  /** The environment of a program that is to reach it with another library. */
  public Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL",
        endpoint(),
        "AWS_ALLOW_HTTP",
        "true",
        "AWS_REGION",
        "us-east-1",
        "AWS_ACCESS_KEY_ID",
        KEY,
        "AWS_SECRET_ACCESS_KEY",
        SECRET);
  }

  /** SIGSTOP: connections stay, and nothing answers. */
  public void freeze() {
    process.freeze();
  }

  /** SIGCONT. */
  public void resume() {
    process.resume();
  }

  @Override
  public void close() {
    process.kill();
  }
}
