package io.freshet.changes;

/** What happened to a row, named as in Delta's {@code _change_type}. */
public enum ChangeType {
  INSERT("insert"),
  UPDATE_PREIMAGE("update_preimage"),
  UPDATE_POSTIMAGE("update_postimage"),
  DELETE("delete");

  private final String deltaName;

  ChangeType(String deltaName) {
    this.deltaName = deltaName;
  }

  /** The value of {@code _change_type}. */
  public String deltaName() {
    return deltaName;
  }

  /**
   * The type of that {@code _change_type}; throws {@link IllegalArgumentException} for any other
   * text.
   */
  public static ChangeType ofDeltaName(String name) {
    for (ChangeType type : values()) {
      if (type.deltaName.equals(name)) {
        return type;
      }
    }
    throw new IllegalArgumentException("Unknown change type '" + name + "'");
  }
}
