package io.freshet.milvus;

import io.freshet.changes.VectorOrigin;
import java.util.Optional;

/**
 * The collection as {@link CollectionSetup#ensure} left it.
 *
 * @param created whether the same {@link CollectionSetup} has made it, this time or when it was
 *     called before: it bears the mark that it was given then
 * @param collectionId the server's id of it: another one means another collection of that name.
 *     Milvus Lite gives every collection the id 0
 * @param mark ten hexadecimal digits that the collection was given when it was made for the
 *     target's ledger, and no other bears; empty if it was made elsewhere, or by an older version
 *     of Freshet
 * @param vectors what its vectors were said to be made by; empty if it was made elsewhere, or by an
 *     older version of Freshet
 * @param description what the server holds as its description; Milvus Lite keeps none
 */
public record EnsuredCollection(
    boolean created,
    long collectionId,
    Optional<String> mark,
    Optional<VectorOrigin> vectors,
    String description) {}
