package io.freshet.milvus;

/**
 * The collection as {@link CollectionSetup#ensure} left it.
 *
 * @param created whether the same {@link CollectionSetup} has made it, this time or when it was
 *     called before
 * @param collectionId the server's id of it: another one means another collection of that name.
 *     Milvus Lite gives every collection the id 0
 * @param description what the server holds as its description; Milvus Lite keeps none
 */
public record EnsuredCollection(boolean created, long collectionId, String description) {}
