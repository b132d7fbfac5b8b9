package io.freshet.uservectors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fs.s3a.access.key",
        "fs.s3a.secret.key",
        "fs.s3a.session.token",
        "fs.s3a.bucket.lake.Secret.Key",
        "FS.S3A.ACCESS.KEY",
        "fs.s3.awsAccessKeyId",
        "fs.s3.awsSecretAccessKey",
        "fs.s3a.encryption.key",
        "fs.s3a.server-side-encryption.key",
        "fs.s3a.proxy.password",
        "fs.azure.account.key.lake.dfs.core.windows.net",
        "fs.azure.account.oauth2.client.secret",
        "fs.azure.account.oauth2.refresh.token",
        "fs.azure.sas.container.lake.blob.core.windows.net",
        "fs.azure.sas.fixed.token.lake.dfs.core.windows.net",
        "fs.azure.client-provided-encryption-key",
        "fs.azure.encryption.encoded.client-provided-key",
        "fs.adl.oauth2.credential",
        "fs.gs.auth.service.account.private.key",
        "fs.gs.auth.client.secret",
        "fs.gs.auth.refresh.token",
        "google.cloud.auth.service.account.private.key",
        "fs.oss.accessKeyId",
        "fs.oss.securityToken",
        "fs.swift.service.x.apikey",
        "fs.ftp.password.host",
        "fs.ftp.passwd",
        "ssl.server.keystore.keypassword",
        "my.passphrase",
        "my_session"
      })
  void nameThatSaysSecretIsOne(String name) {
    assertTrue(Secrets.isName(name), name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fs.s3a.endpoint",
        "fs.s3a.path.style.access",
        "fs.s3a.connection.timeout",
        "fs.s3a.aws.credentials.provider",
        "fs.s3a.assumed.role.credentials.provider",
        "fs.s3a.security.credential.provider.path",
        "hadoop.security.credential.provider.path",
        "hadoop.security.key.provider.path",
        "dfs.encryption.key.provider.uri",
        "fs.azure.account.keyprovider.lake.blob.core.windows.net",
        "fs.azure.account.auth.type",
        "fs.azure.account.oauth2.client.id",
        "fs.gs.auth.type",
        "fs.gs.auth.service.account.json.keyfile",
        "fs.gs.impl",
        "fs.sftp.keyfile",
        "dfs.client.use.datanode.hostname",
        "io.file.buffer.size",
        "hadoop.rpc.protection"
      })
  void nameThatSaysWhereOrHowIsNone(String name) {
    assertFalse(Secrets.isName(name), name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://AKIA:s3cr3t@lake/table",
        "s3a://AKIA:s3c/r3t@lake/table",
        "s3a://AKIA:s3c+r3t/x/y@lake",
        "s3a://AKIA%3As3cr3t@lake/table",
        "S3A://AKIA:@lake",
        "s3a:///AKIA:s3cr3t@lake",
        "wasbs://container:s3cr3t@lake.blob.core.windows.net/table",
        "ftp://me:s3cr3t@host:21/a",
        "http://me:s3cr3t@host:9091",
        "hdfs://me:s3@cr3t@[::1]:8020/a"
      })
  void addressWithAPasswordIsSeen(String address) {
    assertTrue(Secrets.areIn(address), address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/data/table",
        "/data/a@b:c@d",
        "s3a://lake/table",
        "s3a://lake/year=2026/a@b",
        "hdfs://namenode:8020/a@b",
        "hdfs://[fe80::1]:8020/a@b",
        "hdfs://[fe80::1]/a@b",
        "hdfs://me@namenode:8020/a",
        "abfss://container@lake.dfs.core.windows.net/table",
        "wasbs://container@lake.blob.core.windows.net/table",
        "jceks://hdfs@nn1.example.com:9001/my/path.jceks",
        "file:///data/table",
        "localjceks://file/etc/a.jceks",
        "http://host:9000"
      })
  void addressWithoutAPasswordIsNotRefused(String address) {
    assertFalse(Secrets.areIn(address), address);
  }

  @ParameterizedTest
  @CsvSource({
    "--shards=many, --shards=many",
    "--milvusToken=s3cr3t, --milvusToken=...",
    "--hadoopconf=fs.s3a.secret.key=s3cr3t, --hadoopconf=...",
    "fs.s3a.secret.key=s3cr3t, fs.s3a.secret.key=...",
    "--tabel=s3a://k:s3cr3t@lake, --tabel=...",
    "http://me:s3cr3t@host, an address with credentials",
    "http://me:s3cr3t=@host, an address with credentials"
  })
  void whatIsPrintedOfAnArgumentHoldsNoSecret(String argument, String printed) {
    assertEquals(printed, Secrets.masked(argument));
  }
}
