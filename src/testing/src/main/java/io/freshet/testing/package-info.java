/**
 * Real servers and independent table writers for tests: they run as processes of their own on free
 * ports of loopback.
 */
package io.freshet.testing;
