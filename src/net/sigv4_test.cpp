#include "net/sigv4.h"

#include "base/error.h"
#include "base/hash.h"
#include "net/trace.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

// The examples of AWS's own documents: "Signature Version 4 test suite" (get-vanilla) and
// "Authenticating Requests (AWS Signature Version 4)" of the Amazon S3 API reference.
const Credentials kSuite{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", {}};
const Credentials kS3{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "", {}};

Instant at(const char* time) {
  return *parse_instant(time, TimeZone());
}

const SigningScope kS3Scope{"us-east-1", "s3", at("2013-05-24T00:00:00Z")};

std::string signature_of(const HttpRequest& request) {
  const std::string value = request.headers.back().second;
  return value.substr(value.find("Signature=") + 10);
}

std::string signature_of(HttpRequest request, const Credentials& credentials,
                         const SigningScope& scope, const std::string& body = "") {
  sign(request, credentials, scope, sha256(body));
  return signature_of(request);
}

TEST(SigV4, SignsAwsOwnExamples) {
  EXPECT_EQ(signature_of({.url = {.host = "example.amazonaws.com"}}, kSuite,
                         {"us-east-1", "service", at("2015-08-30T12:36:00Z")}),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  const std::string host = "examplebucket.s3.amazonaws.com";
  EXPECT_EQ(signature_of(
                {.url = {.host = host, .path = "/test.txt"}, .headers = {{"Range", "bytes=0-9"}}},
                kS3, kS3Scope),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  EXPECT_EQ(signature_of({.method = "PUT",
                          .url = {.host = host, .path = "/test$file.text"},
                          .headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                                      {"x-amz-storage-class", "REDUCED_REDUNDANCY"}}},
                         kS3, kS3Scope, "Welcome to Amazon S3."),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  EXPECT_EQ(signature_of({.url = {.host = host, .query = {{"lifecycle", ""}}}}, kS3, kS3Scope),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  EXPECT_EQ(signature_of({.url = {.host = host, .query = {{"prefix", "J"}, {"max-keys", "2"}}}},
                         kS3, kS3Scope),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST(SigV4, PassesTheTraceOnUnsigned) {
  HttpRequest request{.url = {.host = "example.amazonaws.com"}};
  set_trace("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1");
  sign(request, kSuite, {"us-east-1", "service", at("2015-08-30T12:36:00Z")}, sha256(""));
  for (const char* none : {"", "a\r\nforged: 1"}) {
    set_trace(none);
    EXPECT_EQ(current_trace(), "");
  }
  EXPECT_EQ(request.headers.back().first, "x-amzn-trace-id");
  EXPECT_EQ(request.headers.back().second, "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1");
  request.headers.pop_back();
  EXPECT_EQ(signature_of(request),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST(SigV4, PresignsAwsOwnExample) {
  const Url url = presign("GET", {.host = "examplebucket.s3.amazonaws.com", .path = "/test.txt"},
                          kS3, kS3Scope, std::chrono::seconds(86400));
  EXPECT_EQ(url.query.back().second,
            "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  EXPECT_NE(url.text().find("X-Amz-Expires=86400"), std::string::npos);
  for (const int seconds : {0, 604801}) {
    EXPECT_THROW(presign("GET", {.host = "h"}, kS3, kS3Scope, std::chrono::seconds(seconds)),
                 Error);
  }
}

// From botocore 1.43.11: S3SigV4Auth and S3SigV4QueryAuth with the session token
// "token/with+odd=signs" at 2026-04-12 08:30:15 UTC, PUT of "hello" and GET for 600 s, on
// bucket.s3.eu-central-1.amazonaws.com with keys quoted by urllib.parse.quote(key, safe="/~").
struct OddKey {
  const char* key;
  const char* put;
  const char* presigned;
};
const OddKey kOddKeys[] = {
    {"plain.txt", "d1daf270b48ee3953e5fbed040b8142ca149306726919d65fcbaea6988f3ccc5",
     "ef8ca1093c736879ba4f03a8f62312dc93e3e79318d12b18264d36cd5df99713"},
    {"a b+c=d%e/ü€😀.csv", "bc312eb7c6ecf9ccdf5ab2b1395b24116b81176f9f63e544de392c122d0ea3f6",
     "5c26468627de5ac97f75a7ce58307238b572820171537f5996b4e95cfcf118ab"},
    {"~tilde_under-dash.dot", "b6d1df86f62c4758e70a0e8f3edf6f1b21eb00ba94673c28f169a25bfb09dbd7",
     "c44bd5e445940449fd9229a530abf106894382bbfe18f50fc8313eceed5973c9"},
    {"semi;colon&amp,comma'quote(paren)*!@$",
     "ed5be8d3e7665be13c14dcae6518bd7d4c56d5b2b8fca05b01cd46a8e2d6bc8a",
     "4d2aecd24dcbb208fc9e7b08f020f4d08967015923b0084228a65e1e0423fe77"},
    {"a//b", "05b2d150d85d3f8f102687a8315ff3664e1eebc6f567a37251e1bc3e61033a15",
     "84754c52f89ed2b098f2c1306bd83c7a9cbb185f89bcfd17e419852cccf8dd6d"},
    {"per%20cent", "889b7e521c16a250b57a4ef72fece91e3ce0bee77b493229fd725e8fd325d079",
     "d758112796f2e93e67858c4590bd52fa704465a279d9304e2a36fea7ab8e8c0f"}};

TEST(SigV4, SignsOddKeysAsBotocoreDoes) {
  Credentials credentials = kSuite;
  credentials.session_token = "token/with+odd=signs";
  const SigningScope scope{"eu-central-1", "s3", at("2026-04-12T08:30:15Z")};
  for (const OddKey& odd : kOddKeys) {
    const Url url{.host = "bucket.s3.eu-central-1.amazonaws.com",
                  .path = std::string("/") + odd.key};
    EXPECT_EQ(
        signature_of({.method = "PUT", .url = url, .headers = {{"content-type", "text/plain"}}},
                     credentials, scope, "hello"),
        odd.put)
        << odd.key;
    const Url presigned = presign("GET", url, credentials, scope, std::chrono::seconds(600));
    EXPECT_EQ(presigned.query.back().second, odd.presigned) << odd.key;
  }
}

TEST(SigV4, SignsOtherServicesAsBotocoreDoes) {
  const Instant time = at("2026-04-12T08:30:15Z");
  EXPECT_EQ(signature_of({.method = "POST",
                          .url = {.host = "sqs.us-east-1.amazonaws.com"},
                          .headers = {{"content-type", "application/x-amz-json-1.0"},
                                      {"x-amz-target", "AmazonSQS.ReceiveMessage"}}},
                         kSuite, {"us-east-1", "sqs", time}, "{}"),
            "0d8c4913838940aac8d78cfb2258a674fd2e2c1335a09a35258c18d573910dcf");
  EXPECT_EQ(signature_of({.url = {.host = "lambda.us-east-1.amazonaws.com",
                                  .path = "/2015-03-31/functions/a b:c",
                                  .query = {{"Marker", "a b"}, {"A", "1"}, {"a", "2"}}}},
                         kSuite, {"us-east-1", "lambda", time}),
            "4df9b9fff3cc7a1a7b0b1a7c2f7b9492b8db5a062fb23807b684cae4b64b692c");
  EXPECT_EQ(signature_of({.url = {.host = "bucket.s3.eu-central-1.amazonaws.com",
                                  .query = {{"list-type", "2"},
                                            {"prefix", "a b/ü+"},
                                            {"start-after", "x=y&z"},
                                            {"encoding-type", "url"}}}},
                         kSuite, {"eu-central-1", "s3", time}),
            "0c701c410337bd81d10e54a60fadc0bcb28d5f102604140e99fe5969d9d16cc5");
}

TEST(SigV4, FoldsSpacesOfHeadersAndJoinsEqualOnes) {
  const SigningScope scope{"us-east-1", "service", at("2015-08-30T12:36:00Z")};
  const Url url{.host = "example.amazonaws.com"};
  EXPECT_EQ(signature_of({.url = url, .headers = {{"My-Header", "  a   b  "}}}, kSuite, scope),
            signature_of({.url = url, .headers = {{"my-header", "a b"}}}, kSuite, scope));
  EXPECT_EQ(signature_of({.url = url, .headers = {{"h", "1"}, {"H", "2"}}}, kSuite, scope),
            signature_of({.url = url, .headers = {{"h", "1,2"}}}, kSuite, scope));
}

}  // namespace
}  // namespace forecart
