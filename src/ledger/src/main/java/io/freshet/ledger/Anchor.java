package io.freshet.ledger;

/**
 * Which table a place of the history is of: a commit that was read, and what it said. Two tables
 * may have the same versions, and a copy even the same id; no two have commits of the same content.
 *
 * @param version the commit's version
 * @param commit the digest of the commit's file; empty if nothing is known of it
 */
public record Anchor(long version, String commit) {
  /** Nothing is known. */
  public static final Anchor NONE = new Anchor(-1, "");

  /** Whether it says anything. */
  public boolean isKnown() {
    return !commit.isEmpty();
  }
}
