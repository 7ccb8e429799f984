#pragma once

#include "store/s3_store.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace forecart::testing_s3 {

/// A server of tests/store/servers.
struct Server {
  std::string name;  ///< "ceph" or "moto"
  std::string endpoint;
  std::string access_key;
  std::string secret_key;
};

/// The one of that name in the file that FORECART_S3_SERVERS names; nothing where it does not run.
std::optional<Server> running_server(const std::string& name);

/// Keys that never change.
std::unique_ptr<CredentialChain> fixed_credentials(const std::string& access_key,
                                                   const std::string& secret_key);

/// For one server, path style, with a short deadline and small parts.
S3Settings settings_of(const Server& server);

/// The bucket of all tests; made if missing.
std::string make_bucket(const Server& server);

/// Tests that ask Ceph; skipped where it does not run.
class OnCeph : public testing::Test {
 protected:
  void SetUp() override {
    const auto server = running_server("ceph");
    if (!server) GTEST_SKIP() << "ceph does not run (tests/store/servers)";
    server_ = *server;
    bucket_ = make_bucket(server_);
  }

  Server server_;
  std::string bucket_;
};

/// A store of its own, below a prefix that nobody else has.
std::unique_ptr<ObjectStore> open_test_store(const Server& server, const S3Settings& settings);

}  // namespace forecart::testing_s3
