// Objects that others wrote, with checksums of their own, read from moto: Ceph 16 keeps none.

#include "base/error.h"
#include "store/checksum.h"
#include "store/s3_client.h"

#include "s3_servers.h"
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace forecart {
namespace {

using Algorithm = std::pair<ChecksumKind, const char*>;

class Checksums : public testing::TestWithParam<Algorithm> {
 protected:
  void SetUp() override {
    const auto server = testing_s3::running_server("moto");
    if (!server) GTEST_SKIP() << "moto does not run (tests/store/servers)";
    const std::string bucket = testing_s3::make_bucket(*server);
    const S3Settings settings = testing_s3::settings_of(*server);
    const auto credentials = [&] {
      return testing_s3::fixed_credentials(server->access_key, server->secret_key);
    };
    client_ = std::make_unique<S3Client>(bucket, settings, credentials());
    store_ = open_s3_store(bucket, prefix_, settings, credentials());
  }

  /// As a program of somebody else does.
  void write(const std::string& key, const std::string& bytes, const std::string& told) {
    const std::string name = GetParam().second;
    client_->expect(
        {.method = "PUT",
         .key = prefix_ + "/" + key,
         .headers = {{"x-amz-sdk-checksum-algorithm", name}, {"x-amz-checksum-" + name, told}},
         .body = bytes});
  }

  void expect_damaged(const std::function<void()>& read) {
    try {
      read();
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_data) << error.what();
    }
  }

  std::string prefix_ = fmt::format("checksums-{}", getpid());
  std::unique_ptr<S3Client> client_;
  std::unique_ptr<ObjectStore> store_;
};

TEST_P(Checksums, OfWhatOthersWroteAreVerified) {
  for (const std::size_t size : {std::size_t{1000}, std::size_t{11} << 20}) {  // whole; in parts
    const std::string bytes = std::string(size, 'x') + "end";
    const std::string told = checksum(GetParam().first, bytes);
    write("k", bytes, told);
    EXPECT_TRUE(store_->read("k") == bytes);
    std::ifstream file(store_->fetch("k"), std::ios::binary);
    EXPECT_TRUE(std::string(std::istreambuf_iterator<char>(file), {}) == bytes);
    write("damaged", bytes, checksum(GetParam().first, bytes + "x"));
    expect_damaged([&] { store_->read("damaged"); });
    expect_damaged([&] { store_->fetch("damaged"); });
  }
}

INSTANTIATE_TEST_SUITE_P(With, Checksums,
                         testing::Values(Algorithm{ChecksumKind::sha256, "sha256"},
                                         Algorithm{ChecksumKind::sha1, "sha1"},
                                         Algorithm{ChecksumKind::crc64nvme, "crc64nvme"},
                                         Algorithm{ChecksumKind::crc32c, "crc32c"},
                                         Algorithm{ChecksumKind::crc32, "crc32"}),
                         [](const auto& own) { return std::string(own.param.second); });

}  // namespace
}  // namespace forecart
