package io.freshet.uservectors;

import io.freshet.changes.Change;
import io.freshet.changes.Outcome;
import io.freshet.changes.OutcomeCoder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/** Passes on the changes whose key can be stored; the others get their outcome here. */
final class FilterChanges extends PTransform<PCollection<Change>, PCollectionTuple> {
  static final TupleTag<Change> VALID = new TupleTag<>() {};
  static final TupleTag<Outcome> OUTCOMES = new TupleTag<>() {};

  private final int maxKeyBytes;
  private final Reporting reporting;

  FilterChanges(int maxKeyBytes, Reporting reporting) {
    this.maxKeyBytes = maxKeyBytes;
    this.reporting = reporting;
  }

  @Override
  public PCollectionTuple expand(PCollection<Change> changes) {
    PCollectionTuple outputs =
        changes.apply(
            ParDo.of(new FilterChangesFn(maxKeyBytes, reporting))
                .withOutputTags(VALID, TupleTagList.of(OUTCOMES)));
    outputs.get(VALID).setCoder(changes.getCoder());
    outputs.get(OUTCOMES).setCoder(OutcomeCoder.of());
    return outputs;
  }
}
