package io.freshet.delta.table;

/** What has become of a commit's file since it was read. */
public enum CommitChange {
  /** It holds what was read, or was cleaned away since. */
  NONE,
  /** It begins with what was read, and goes on. */
  GROWN,
  /** It holds something else. */
  REWRITTEN
}
