package io.freshet.milvus;

/** A server and who calls it: what one client of this JVM is shared by. */
record Endpoint(String host, int port, boolean tls, String token, String database) {
  /** Without the token. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
