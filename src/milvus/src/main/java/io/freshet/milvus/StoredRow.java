package io.freshet.milvus;

/**
 * A row of a collection as it was read.
 *
 * @param key the primary key
 * @param commitVersion the version of the commit that it says it comes from
 * @param rowHash the hash of the table's row that it says it is of
 * @param vector {@code float[dimension]}, or {@code float[0]} if vectors were not asked for
 */
@SuppressWarnings("ArrayRecordComponent") // Lives until it is compared; a copy would only cost.
public record StoredRow(String key, long commitVersion, long rowHash, float[] vector) {}
