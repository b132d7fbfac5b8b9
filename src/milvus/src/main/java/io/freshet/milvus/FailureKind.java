package io.freshet.milvus;

/** What an error of Milvus means for a writer. */
enum FailureKind {
  /** It passes: the server is away, starting, over its quota, or limits the rate. */
  TRANSIENT,
  /** It may be the server or the request. */
  UNCLEAR,
  /** The request itself is refused. */
  DATA,
  /** There is no such collection. */
  LOST,
  /** The credentials are refused. */
  DENIED
}
