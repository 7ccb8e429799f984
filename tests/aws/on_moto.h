#pragma once

#include "services/aws_client.h"

#include "s3_servers.h"
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string>

namespace forecart::testing_aws {

inline constexpr const char* kRole = "arn:aws:iam::123456789012:role/forecart";

/// Tests that ask moto; skipped where it does not run.
class OnMoto : public testing::Test {
 protected:
  void SetUp() override {
    const auto server = testing_s3::running_server("moto");
    if (!server) GTEST_SKIP() << "moto does not run (tests/store/servers)";
    const std::string endpoint = server->endpoint;
    access_ = {[endpoint](const std::string& name) -> std::optional<std::string> {
                 if (name == "AWS_ENDPOINT_URL") return endpoint;
                 return name == "HOME" ? std::optional<std::string>("/nowhere") : std::nullopt;
               },
               testing_s3::fixed_credentials(server->access_key, server->secret_key),
               "eu-central-1"};
  }

  /// A name that no other test and no other process has.
  static std::string unique(const std::string& kind) {
    static std::atomic<unsigned> counter{0};
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    return fmt::format("{}-{}-{}-{}", kind, getpid(), now, counter++);
  }

  AwsAccess access_;
};

}  // namespace forecart::testing_aws
