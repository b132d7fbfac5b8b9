package io.freshet.embedding;

import io.freshet.changes.Outcome;
import io.freshet.changes.VectorBatch;
import java.util.List;
import java.util.Optional;

/**
 * What became of a batch of changes.
 *
 * @param batch what is to be written, in the order of the changes; empty if nothing is
 * @param outcomes of the changes that are not in the batch
 */
public record EmbeddedBatch(Optional<VectorBatch> batch, List<Outcome> outcomes) {}
