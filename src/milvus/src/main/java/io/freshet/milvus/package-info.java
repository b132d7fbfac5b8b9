/**
 * The Milvus side of Freshet: checks or creates the collection ({@link
 * io.freshet.milvus.CollectionSetup}) and writes batches of vectors into it ({@link
 * io.freshet.milvus.WriteToMilvus}). A failing server never throws and never makes a dead letter:
 * what could not be written is handed back as {@link io.freshet.changes.Outcome.Abandoned}.
 */
package io.freshet.milvus;
