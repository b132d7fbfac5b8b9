package io.freshet.delta.table;

import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.exceptions.KernelEngineException;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.deletionvectors.DeletionVectorStoredBitmap;
import io.delta.kernel.internal.deletionvectors.RoaringBitmapArray;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;

/**
 * Loads deletion vectors (Delta protocol, section <i>Deletion Vector Format</i>): inline, in a file
 * beside the table's, or anywhere. Their files hold a size and a checksum, which are checked.
 */
final class DeletedRows {
  private DeletedRows() {}

  /** Whether a row of the file at {@code file} is of the selection, by its ordinal. */
  static LongPredicate filter(RowSelection selection, String file, Configuration hadoopConf) {
    LongPredicate among =
        selection
            .among()
            .map(vector -> load(vector, selection.source(), file, hadoopConf))
            .<LongPredicate>map(rows -> rows::contains)
            .orElse(row -> true);
    return selection
        .without()
        .map(vector -> load(vector, selection.source(), file, hadoopConf))
        .<LongPredicate>map(rows -> row -> among.test(row) && !rows.contains(row))
        .orElse(among);
  }

  private static RoaringBitmapArray load(
      DeletionVector vector, String table, String file, Configuration hadoopConf) {
    DeletionVectorDescriptor descriptor =
        new DeletionVectorDescriptor(
            vector.storageType(),
            vector.pathOrInline(),
            vector.offset().isPresent()
                ? Optional.of(vector.offset().getAsInt())
                : Optional.empty(),
            vector.bytes(),
            vector.cardinality());
    try {
      return new DeletionVectorStoredBitmap(descriptor, Optional.of(table))
          .load(DefaultEngine.create(hadoopConf).getFileSystemClient());
    } catch (IOException | KernelEngineException e) {
      throw unreadable(file, e, descriptor, table, hadoopConf);
    } catch (FSError e) {
      throw unreadable(file, StorageErrors.exception(e), descriptor, table, hadoopConf);
    } catch (RuntimeException e) {
      // Some of the storage's failures come unchecked.
      throw Failures.cause(e, IOException.class).isPresent()
          ? unreadable(file, e, descriptor, table, hadoopConf)
          : corrupt(file, e);
    }
  }

  private static FreshetException corrupt(String file, Exception e) {
    return new FreshetException(
        FailureCategory.CORRUPT_FILE,
        "The deletion vector of %s cannot be decoded: %s; restore its file, or start after the commit that added it"
            .formatted(file, e),
        e);
  }

  /** Not found is also Java's word for what could not be looked for. */
  private static boolean isGone(
      Exception e, DeletionVectorDescriptor vector, String table, Configuration hadoopConf) {
    Optional<FileNotFoundException> notFound = Failures.cause(e, FileNotFoundException.class);
    if (notFound.isEmpty() || vector.isInline()) {
      return false;
    }
    Path path = new Path(vector.getAbsolutePath(table));
    try {
      return StorageErrors.absence(path.getFileSystem(hadoopConf), path, notFound.get())
          instanceof FileNotFoundException;
    } catch (IOException cannotLook) {
      throw Failures.storage(path.toString(), cannotLook);
    }
  }

  private static FreshetException unreadable(
      String file,
      Exception e,
      DeletionVectorDescriptor vector,
      String table,
      Configuration hadoopConf) {
    if (Failures.cause(e, ChecksumException.class).isPresent()
        || Failures.cause(e, EOFException.class).isPresent()) {
      return corrupt(file, e);
    }
    if (isGone(e, vector, table, hadoopConf)) {
      return new FreshetException(
          FailureCategory.HISTORY_LOST,
          "The deletion vector of %s is gone: a VACUUM has deleted it; start with a snapshot, and keep deleted files"
                  .formatted(file)
              + " for longer than the pipeline may stand still (delta.deletedFileRetentionDuration)",
          e);
    }
    return Failures.storage(
        "the deletion vector of " + file, e instanceof IOException io ? io : new IOException(e));
  }
}
