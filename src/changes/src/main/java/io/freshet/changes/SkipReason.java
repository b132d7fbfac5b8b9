package io.freshet.changes;

import java.util.Locale;

/** Why a change was skipped. */
public enum SkipReason {
  /** A newer change of the same key is in the same slice. */
  SUPERSEDED,
  /** The change type is not among those asked for. */
  CHANGE_TYPE,
  /**
   * A row of the key went away, and the collection holds another one, which the table still has.
   */
  STILL_CURRENT,
  /** Another row of the same commit has the key, although keys are said to be unique. */
  DUPLICATE_KEY,
  /** The key column is null. */
  NULL_KEY,
  /** The key is the empty string. */
  EMPTY_KEY,
  /** The key is longer than the collection's key field, in UTF-8 bytes. */
  KEY_TOO_LONG,
  /** The key is text that UTF-8 cannot carry (an unpaired surrogate). */
  KEY_NOT_UTF8,
  /** The row's vector is null, of another dimension, or holds a NaN or an infinity. */
  BAD_VECTOR,
  /** The server refused this one row. */
  REFUSED;

  /**
   * Whether the change was to be written and cannot be; else there is nothing to write. A delete of
   * a key that cannot be stored is skipped for the same reasons, and loses nothing.
   */
  public boolean isRejection() {
    return switch (this) {
      case SUPERSEDED, CHANGE_TYPE, STILL_CURRENT, DUPLICATE_KEY -> false;
      case NULL_KEY, EMPTY_KEY, KEY_TOO_LONG, KEY_NOT_UTF8, BAD_VECTOR, REFUSED -> true;
    };
  }

  /** The reason as a metric label. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
