package io.freshet.milvus;

import io.freshet.changes.FailureCategory;
import java.time.Duration;

/** How the sending of one request ended. */
sealed interface Sent {
  /** The server acknowledged it; {@code took} is the time of the try that succeeded. */
  record Acknowledged(Duration took) implements Sent {}

  /** The server refuses this request again and again: its data may be at fault. */
  record Refused(FailureKind kind, String detail) implements Sent {}

  /** The environment failed, or the lease is over. */
  record Abandoned(FailureCategory category, String detail) implements Sent {}
}
