package io.freshet.changes;

/** What to look at first where many rows are rejected for one reason: no row is to blame then. */
public enum OptionAtFault {
  /** The vectors are of another length. */
  DIMENSION(
      "--dimension",
      "set --dimension to the length of the table's vectors, with a new --ledger and another"
          + " --collection, since a collection keeps its dimension; or --vectorColumn to another"
          + " column"),
  /** The column holds no usable vectors. */
  VECTOR_COLUMN("--vectorColumn", "set --vectorColumn to the column that holds the vectors"),
  /** The model gives no usable vectors. */
  MODEL("--embedding", "see --embedding and what it makes vectors of"),
  /** The column holds no usable keys. */
  KEY_COLUMN("--keyColumn", "set --keyColumn to a column of keys, each of 1 to 256 bytes of UTF-8"),
  /** The server refuses the rows. */
  COLLECTION("--collection", "see Milvus's log, and what is special about --collection there");

  private final String option;
  private final String wayOut;

  OptionAtFault(String option, String wayOut) {
    this.option = option;
    this.wayOut = wayOut;
  }

  /** Its name on the command line. */
  public String option() {
    return option;
  }

  /** What to do about it: a clause without a full stop. */
  public String wayOut() {
    return wayOut;
  }
}
