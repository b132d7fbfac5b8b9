package io.freshet.uservectors.verify;

/** What a key is found to be. */
enum Verdict {
  /** The collection has what the table says. */
  EQUAL(false),
  /** The collection need not have the key, and does not. */
  ABSENT(false),
  /** The collection lacks the key. */
  MISSING(true),
  /** The collection has another row than the newest one of the table. */
  STALE(true),
  /** The collection has a key that the table has no row of. */
  EXTRA(true),
  /** The collection has several rows of the key. */
  TWICE(true),
  /** The collection has the row's hash, and another vector. */
  VECTOR(true),
  /** The collection has a row of a version that is not done yet. */
  NEWER(false),
  /**
   * The collection has a row that nobody need take out: deletes are not followed, or it is not
   * ours.
   */
  KEPT(false),
  /** The newest row gives no vector: it is a dead letter, and the key stays as it was. */
  REJECTED(false);

  private final boolean difference;

  Verdict(boolean difference) {
    this.difference = difference;
  }

  /** Whether collection and table differ. */
  boolean isDifference() {
    return difference;
  }
}
