package io.freshet.changes;

/**
 * A failure with its category. The message names the fact, the offender and the way out; it never
 * holds a secret.
 */
public final class FreshetException extends RuntimeException {
  private final FailureCategory category;

  public FreshetException(FailureCategory category, String message) {
    this(category, message, null);
  }

  public FreshetException(FailureCategory category, String message, Throwable cause) {
    super(message, cause);
    this.category = category;
  }

  /** What failed. */
  public FailureCategory category() {
    return category;
  }
}
