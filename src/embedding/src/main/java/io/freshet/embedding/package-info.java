/**
 * Embedding models and the transform that turns batches of changes into vectors. {@code
 * docs/models.md} specifies each model so that others can recompute its vectors.
 */
package io.freshet.embedding;
