package io.freshet.milvus;

/**
 * The collection as {@link CollectionSetup#ensure} left it.
 *
 * @param created whether it was not there before
 * @param collectionId the server's id of it: another one means another collection of that name.
 *     Milvus Lite gives every collection the id 0
 * @param description what the server holds as its description; Milvus Lite keeps none
 */
public record EnsuredCollection(boolean created, long collectionId, String description) {}
