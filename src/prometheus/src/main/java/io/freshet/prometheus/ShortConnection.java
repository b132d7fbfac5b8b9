package io.freshet.prometheus;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.time.Duration;

/**
 * A connection whose time limits its user cannot change: the client library sets 10 s on each that
 * it is given, which is longer than a pipeline may take to stop. It forwards what the library
 * calls.
 */
final class ShortConnection extends HttpURLConnection {
  private final HttpURLConnection connection;

  ShortConnection(HttpURLConnection connection, Duration limit) {
    super(connection.getURL());
    this.connection = connection;
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout((int) limit.toMillis());
    connection.setReadTimeout((int) limit.toMillis());
  }

  @Override
  public void setConnectTimeout(int timeout) {}

  @Override
  public void setReadTimeout(int timeout) {}

  @Override
  public void setRequestProperty(String key, String value) {
    connection.setRequestProperty(key, value);
  }

  @Override
  public void setDoOutput(boolean output) {
    connection.setDoOutput(output);
  }

  @Override
  public void setRequestMethod(String method) throws ProtocolException {
    connection.setRequestMethod(method);
  }

  @Override
  public void connect() throws IOException {
    connection.connect();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return connection.getOutputStream();
  }

  @Override
  public int getResponseCode() throws IOException {
    return connection.getResponseCode();
  }

  @Override
  public InputStream getErrorStream() {
    return connection.getErrorStream();
  }

  @Override
  public void disconnect() {
    connection.disconnect();
  }

  @Override
  public boolean usingProxy() {
    return connection.usingProxy();
  }
}
