#include "base/error.h"
#include "base/hash.h"
#include "store/parts.h"
#include "store/s3_settings.h"
#include "store/s3_xml.h"
#include "store/work_folder.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>

namespace forecart {
namespace {

namespace fs = std::filesystem;

class Folder : public testing::Test {
 protected:
  Folder() : root_(fs::temp_directory_path() / ("forecart-parts-" + std::to_string(getpid()))) {
    fs::create_directories(root_);
  }
  ~Folder() override { fs::remove_all(root_); }
  fs::path root_;
};

std::string openssl_md5(const std::string& text) {
  Md5 hash;
  EVP_Digest(text.data(), text.size(), hash.data(), nullptr, EVP_md5(), nullptr);
  return hex(hash);
}

TEST(Parts, CoverAFileWithoutOverlap) {
  for (const std::int64_t size : {0, 1, 9, 10, 11, 20, 25}) {
    const auto parts = file_parts("f", size, 10);
    std::int64_t end = 0;
    for (const FileRange& part : parts) {
      EXPECT_EQ(part.offset, end);
      end += part.size;
      EXPECT_LE(part.size, 10);
    }
    EXPECT_EQ(end, size);
    EXPECT_EQ(parts.size(), static_cast<std::size_t>(std::max<std::int64_t>(1, (size + 9) / 10)));
  }
}

TEST(Parts, AreNeverMoreThanTenThousand) {
  constexpr std::int64_t kMega = 1 << 20;
  EXPECT_EQ(part_size(1, 16 * kMega), 16 * kMega);
  EXPECT_EQ(part_size(160000 * kMega, 16 * kMega), 16 * kMega);
  EXPECT_EQ(part_size(160000 * kMega + 1, 16 * kMega), 17 * kMega);
  EXPECT_EQ(part_size(5 * kMega * kMega, 16 * kMega), 525 * kMega);
}

TEST_F(Folder, PartsAreHashed) {
  // 21 parts and a shorter one: groups of eight, five and one
  std::string text;
  for (int i = 0; i < 21 * 1000 + 77; ++i) text += static_cast<char>(i * i >> 3);
  std::ofstream(root_ / "f") << text;
  const auto size = std::ssize(text);
  const auto hashes = md5_parts(file_parts(root_ / "f", size, 1000), 3);
  ASSERT_EQ(hashes.size(), 22U);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    EXPECT_EQ(hex(hashes[i]), openssl_md5(text.substr(1000 * i, 1000))) << i;
  }
  EXPECT_EQ(sha256_of_size(root_ / "f", size), sha256(text));
  EXPECT_EQ(sha256_of_size(root_ / "f", 5), sha256(text.substr(0, 5)));
  EXPECT_THROW(md5_parts(file_parts(root_ / "f", size + 1, 1000), 2), Error)
      << "it has become shorter";
  EXPECT_THROW(sha256_of_size(root_ / "f", size + 1), Error);
  EXPECT_THROW(md5_parts(file_parts(root_ / "none", 1, 5), 2), Error);
}

TEST(Md5Lanes, AreWhatOpensslSays) {
  std::string text;
  for (int i = 0; i < 70000; ++i) text += static_cast<char>(i * 31 + (i >> 5));
  for (const std::size_t size : {0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 5000}) {
    EightMd5 md5;
    EightMd5::Pieces pieces;
    for (std::size_t lane = 0; lane < 8; ++lane) {
      pieces[lane] = reinterpret_cast<const unsigned char*>(text.data()) + 5001 * lane;
    }
    const std::size_t first = size / 128 * 64;
    md5.add(pieces, first);
    for (auto& piece : pieces) piece += first;
    md5.add(pieces, size - first);
    const auto hashes = md5.finish();
    for (std::size_t lane = 0; lane < 8; ++lane) {
      EXPECT_EQ(hex(hashes[lane]), openssl_md5(text.substr(5001 * lane, size))) << size;
    }
  }
  EXPECT_EQ(hex(md5_of_hashes({})), "d41d8cd98f00b204e9800998ecf8427e") << "of nothing, RFC 1321";
  EXPECT_EQ(base64(md5_of_hashes({})), "1B2M2Y8AsgTpgAmY7PhCfg==") << "of nothing, as S3 has it";
}

TEST_F(Folder, WorkGoesWithItsOwner) {
  fs::path first;
  {
    const WorkFolder work(root_);
    first = work.path();
    const fs::path file = work.new_file();
    EXPECT_NE(file, work.new_file());
    std::ofstream(file) << "x";
    const WorkFolder other(root_);
    EXPECT_NE(other.path(), first);
    EXPECT_TRUE(fs::exists(file)) << "others leave it alone as long as it is used";
  }
  EXPECT_FALSE(fs::exists(first));
}

TEST_F(Folder, WhatAKilledProcessLeftIsSweptAway) {
  const pid_t child = fork();
  if (child == 0) {
    const WorkFolder work(root_);
    std::ofstream(work.new_file()) << "x";
    raise(SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const auto folders = [&] {
    std::size_t count = 0;
    for (const auto& entry :
         fs::directory_iterator(root_ / ("forecart-" + std::to_string(getuid())))) {
      count += entry.is_directory() ? 1 : 0;
    }
    return count;
  };
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(folders(), 1U);
  const WorkFolder next(root_);
  EXPECT_EQ(folders(), 1U);
  EXPECT_TRUE(fs::exists(next.path()));
}

TEST_F(Folder, AFolderOfSomebodyElseIsRefused) {
  fs::create_directory(root_ / "elsewhere");
  fs::create_directory_symlink(root_ / "elsewhere",
                               root_ / ("forecart-" + std::to_string(getuid())));
  EXPECT_THROW(WorkFolder{root_}, Error);
}

TEST(S3Xml, ReadsPages) {
  const S3Page page = parse_s3_page(
      "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"x\"><EncodingType>url</EncodingType>"
      "<IsTruncated>true</IsTruncated><NextContinuationToken>t&amp;1</NextContinuationToken>"
      "<Contents><Key>a%20b+c%2B</Key><LastModified>2026-04-12T08:30:15.123Z</LastModified>"
      "<ETag>&quot;abc&quot;</ETag><Size>5368709120</Size></Contents></ListBucketResult>");
  ASSERT_EQ(page.objects.size(), 1U);
  EXPECT_EQ(page.objects[0].key, "a b c+");
  EXPECT_EQ(page.objects[0].size, std::int64_t{5} << 30);
  EXPECT_EQ(page.objects[0].version, "abc");
  EXPECT_EQ(page.objects[0].modified, parse_instant("2026-04-12T08:30:15.123Z", TimeZone()));
  EXPECT_EQ(page.next, "t&1");
  EXPECT_EQ(
      parse_s3_page("<ListBucketResult><Contents><Key>a+b%20</Key><Size>1</Size><LastModified>"
                    "2026-04-12T08:30:15Z</LastModified></Contents></ListBucketResult>")
          .objects[0]
          .key,
      "a+b%20")
      << "not encoded";
}

TEST(S3Xml, RefusesPagesThatAreNone) {
  for (const auto* text :
       {"", "<", "<html/>", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "<ListBucketResult><Contents/></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>"}) {
    EXPECT_THROW(parse_s3_page(text), Error) << text;
  }
  EXPECT_THROW(parse_upload_id("<InitiateMultipartUploadResult/>"), Error);
}

TEST(S3Xml, ReadsUnendedUploads) {
  const S3UploadsPage page = parse_s3_uploads(
      "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated>"
      "<NextKeyMarker>a+b</NextKeyMarker><NextUploadIdMarker>2</NextUploadIdMarker><Upload>"
      "<Key>a b</Key><UploadId>1</UploadId><Initiated>2026-04-12T08:30:15.000Z</Initiated></"
      "Upload>"
      "</ListMultipartUploadsResult>");
  ASSERT_EQ(page.uploads.size(), 1U);
  EXPECT_EQ(page.uploads[0].key, "a b");
  EXPECT_EQ(page.uploads[0].id, "1");
  EXPECT_EQ(page.uploads[0].begun, parse_instant("2026-04-12T08:30:15Z", TimeZone()));
  EXPECT_EQ(page.next_key, "a+b");
  EXPECT_EQ(page.next_id, "2");
  for (const auto* text : {"", "<ListMultipartUploadsResult><Upload/></ListMultipartUploadsResult>",
                           "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated></"
                           "ListMultipartUploadsResult>"}) {
    EXPECT_THROW(parse_s3_uploads(text), Error) << text;
  }
}

TEST(S3Xml, ReadsErrorsAndWritesParts) {
  EXPECT_EQ(parse_s3_error("<Error><Code>NoSuchKey</Code></Error>").code, "NoSuchKey");
  EXPECT_EQ(parse_s3_error("not xml").code, "");
  EXPECT_EQ(
      completed_parts({"a", "b&"}),
      "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"a\"</ETag></Part>"
      "<Part><PartNumber>2</PartNumber><ETag>\"b&amp;\"</ETag></Part></CompleteMultipartUpload>");
  EXPECT_EQ(unquoted("\"a\""), "a");
  EXPECT_EQ(unquoted("W/\"a\""), "a");
  EXPECT_EQ(unquoted("\""), "\"");
}

Environment made_of(std::map<std::string, std::string> values) {
  values["AWS_CONFIG_FILE"] = values["AWS_SHARED_CREDENTIALS_FILE"] = "/nowhere";
  return [values](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST(S3SettingsOf, TheEnvironment) {
  const S3Settings plain = s3_settings(made_of({}));
  EXPECT_FALSE(plain.endpoint);
  EXPECT_FALSE(plain.path_style);
  EXPECT_EQ(plain.region, "us-east-1");
  const S3Settings full = s3_settings(made_of({{"AWS_ENDPOINT_URL", "http://h:1"},
                                               {"AWS_REGION", "eu-west-1"},
                                               {"FORECART_S3_KMS_KEY", "key"},
                                               {"FORECART_S3_DEADLINE", "5"},
                                               {"FORECART_S3_PART_BYTES", "5242880"},
                                               {"FORECART_S3_PARALLEL", "8"}}));
  EXPECT_EQ(full.endpoint->host, "h:1");
  EXPECT_TRUE(full.path_style);
  EXPECT_EQ(full.encryption, "aws:kms");
  EXPECT_EQ(full.deadline, std::chrono::seconds(5));
  EXPECT_EQ(full.part_bytes, 5 << 20);
  EXPECT_EQ(full.parallel, 8U);
  EXPECT_FALSE(s3_settings(made_of({{"AWS_ENDPOINT_URL", "http://h"},
                                    {"FORECART_S3_ADDRESSING", "virtual"}}))
                   .path_style);
}

TEST(S3SettingsOf, TheEnvironmentAreChecked) {
  for (const auto& [name, value] :
       std::map<std::string, std::string>{{"FORECART_S3_DEADLINE", "0"},
                                          {"FORECART_S3_PART_BYTES", "1000"},
                                          {"FORECART_S3_PARALLEL", "x"},
                                          {"FORECART_S3_SSE", "rot13"},
                                          {"FORECART_S3_ADDRESSING", "up"},
                                          {"AWS_ENDPOINT_URL", "minio:9000"}}) {
    EXPECT_THROW(s3_settings(made_of({{name, value}})), Error) << name;
  }
}

}  // namespace
}  // namespace forecart
