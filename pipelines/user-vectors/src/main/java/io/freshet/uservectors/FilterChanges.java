package io.freshet.uservectors;

import io.freshet.changes.Change;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/**
 * Marks the changes whose key cannot be stored: they get their outcome with their batch. One output
 * for all: of two, Beam's Spark runner keeps the input in memory, and reads the slice again where
 * that does not suffice.
 */
final class FilterChanges extends PTransform<PCollection<Change>, PCollection<Change>> {
  private final int maxKeyBytes;
  private final Reporting reporting;

  FilterChanges(int maxKeyBytes, Reporting reporting) {
    this.maxKeyBytes = maxKeyBytes;
    this.reporting = reporting;
  }

  @Override
  public PCollection<Change> expand(PCollection<Change> changes) {
    return changes
        .apply(ParDo.of(new FilterChangesFn(maxKeyBytes, reporting)))
        .setCoder(changes.getCoder());
  }
}
