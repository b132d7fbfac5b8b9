/**
 * What crosses Freshet's modules: a change and its position, the lease it may be written under, the
 * vector made of it, and the outcome it had. No Hadoop, no runner, no Milvus.
 */
package io.freshet.changes;
