package io.freshet.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/** Takes what is logged in place of standard error, until it is closed. */
final class LoggedErrors implements AutoCloseable {
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  LoggedErrors() {
    System.setErr(new PrintStream(bytes, true, UTF_8));
  }

  String text() {
    return bytes.toString(UTF_8);
  }

  long count(String part) {
    return text().lines().filter(line -> line.contains(part)).count();
  }

  @Override
  public void close() {
    System.setErr(before);
  }
}
