package io.freshet.delta.table;

import java.util.OptionalInt;

/**
 * Which rows of a data file a set names, as the log has it (Delta protocol, section <i>Deletion
 * Vector Descriptor Schema</i>).
 *
 * @param storageType {@code u}: in a file of the table's folder; {@code p}: in a file at an
 *     absolute address; {@code i}: in the log itself
 * @param pathOrInline the file's name in an encoding of its own, its address, or the encoded rows
 * @param offset where in the file the rows begin
 * @param bytes how long the encoded rows are
 * @param cardinality how many rows there are
 */
public record DeletionVector(
    String storageType, String pathOrInline, OptionalInt offset, int bytes, long cardinality) {}
