package io.freshet.uservectors;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** Options of {@code freshet verify}: those of {@code run}, and what it shall do. */
public interface VerifyOptions extends UserVectorsOptions {
  @Description(
      "Write the rows that are missing or wrong and delete those that are too much, then compare again. Refused while a"
          + " pipeline runs on the ledger.")
  @Default.Boolean(false)
  boolean getRepair();

  void setRepair(boolean value);

  @Description(
      "Embed every row again and compare the vectors, too. Takes as long as embedding all rows of the table does.")
  @Default.Boolean(false)
  boolean getVectors();

  void setVectors(boolean value);
}
