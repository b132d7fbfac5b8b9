package io.freshet.changes;

import java.util.Locale;

/** What failed. The category is also the metric label. */
public enum FailureCategory {
  /** An option is missing, unknown or of the wrong form. */
  OPTION(true),
  /** There is no table at the address, or it is not a Delta table. */
  TABLE_NOT_FOUND(true),
  /** The change data feed is off at a version that is needed. */
  FEED_OFF(true),
  /** Commits or files that are needed are gone. */
  HISTORY_LOST(true),
  /** The table uses something that is not supported. */
  TABLE_UNSUPPORTED(true),
  /** A commit that is done has been written again since it was read. */
  COMMIT_CHANGED(true),
  /** The table's schema lacks a needed column, or has it in a type that cannot be used. */
  SCHEMA(true),
  /** A data file cannot be decoded. */
  CORRUPT_FILE(true),
  /** The ledger is that of another table or collection. */
  LEDGER_MISMATCH(true),
  /** The log at the table's address is not the one that was followed. */
  TABLE_REPLACED(true),
  /** Another pipeline works on the ledger. */
  LEDGER_IN_USE(true),
  /** The collection does not fit: key, dimension, metric or identity. */
  COLLECTION_MISMATCH(true),
  /** The collection is gone. */
  COLLECTION_LOST(true),
  /** So many rows cannot be written that it is no row's fault. */
  TOO_MANY_REJECTS(true),
  /** The runner runs and does nothing. */
  RUNNER(true),
  /** An exception that nobody foresaw. */
  UNEXPECTED(true),
  /** Milvus refuses the credentials. */
  MILVUS_DENIED(true),
  /** Milvus cannot be reached or cannot take writes now. */
  MILVUS_UNAVAILABLE(false),
  /**
   * Milvus refuses a row and takes others. The row is blamed only if that is seen again in a later
   * attempt.
   */
  ROW_REFUSED(false),
  /** Milvus refuses all of several rows: that is no row's fault, though it takes a good one. */
  ALL_REFUSED(false),
  /** A file system cannot be reached now. */
  STORAGE_UNAVAILABLE(false),
  /** The model cannot be reached now. */
  MODEL_UNAVAILABLE(false),
  /** The rows of a slice do not fit in the memory of who reads it: it is cut to those that do. */
  SLICE_TOO_BIG(false),
  /** The lease ended before the work did. */
  LEASE_OVER(false);

  private final boolean stopsPipeline;

  FailureCategory(boolean stopsPipeline) {
    this.stopsPipeline = stopsPipeline;
  }

  /**
   * Whether trying again is of no use until a person has changed something: the pipeline stops and
   * says so.
   */
  public boolean stopsPipeline() {
    return stopsPipeline;
  }

  /** The category as a metric label. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
