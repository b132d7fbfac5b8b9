package io.freshet.milvus;

import io.freshet.changes.FailureCategory;
import java.time.Duration;
import java.util.Optional;

/** How the sending of one request ended. */
sealed interface Sent {
  /** The server acknowledged it; {@code took} is the time of the try that succeeded. */
  record Acknowledged(Duration took) implements Sent {}

  /**
   * The server refuses this request again and again: its data may be at fault.
   *
   * @param code see {@link MilvusException#code()}
   */
  record Refused(FailureKind kind, String code, String detail) implements Sent {
    /** Whether the other request was refused for the same reason. */
    boolean isAs(Refused other) {
      return code.equals(other.code);
    }
  }

  /** The environment failed, or the lease is over. */
  record Abandoned(FailureCategory category, String detail) implements Sent {}

  /**
   * What it says against the environment; empty if it was acknowledged.
   *
   * @param ifRefused the category where the request was certainly good and its data is refused
   */
  default Optional<Abandoned> asFault(FailureCategory ifRefused) {
    if (this instanceof Abandoned abandoned) {
      return Optional.of(abandoned);
    } else if (this instanceof Refused refused) {
      FailureCategory category =
          refused.kind() == FailureKind.DATA ? ifRefused : FailureCategory.MILVUS_UNAVAILABLE;
      return Optional.of(new Abandoned(category, refused.detail()));
    }
    return Optional.empty();
  }
}
