#include "http/refine.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <zlib.h>

#include <cstdlib>
#include <ctime>
#include <fstream>

namespace forecart {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

Request asking(NamedValues headers, const std::string& method = "GET") {
  return {.method = method, .target = "/", .headers = std::move(headers)};
}

std::string gunzip(const std::string& bytes) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string out(100'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

TEST(Refine, CompressesTextForWhoReadsIt) {
  const std::string text(5000, 'x');
  const Answer plain{.body = text, .etag = "a"};
  const Answer small = refine(asking({{"accept-encoding", "deflate, gzip;q=0.5"}}), plain);
  EXPECT_LT(small.body.size(), 200U);
  EXPECT_EQ(gunzip(small.body), text);
  EXPECT_THAT(small.headers, Contains(Pair("content-encoding", "gzip")));
  EXPECT_EQ(small.etag, "a-gzip");
  for (const char* accepted : {"", "br", "gzip;q=0", "gzip;q=0.0", "identity"}) {
    const Answer same = refine(asking({{"accept-encoding", accepted}}), plain);
    EXPECT_EQ(same.body, text) << accepted;
    EXPECT_THAT(same.headers, Contains(Pair("vary", "accept-encoding")));
  }
}

TEST(Refine, CompressesNothingThatIsSecretSmallOrNoText) {
  const std::string text(5000, 'x');
  const Request request = asking({{"accept-encoding", "gzip"}});
  EXPECT_EQ(refine(request, {.body = text, .secret = true}).body, text);
  EXPECT_EQ(refine(request, {.body = text, .type = "application/vnd.apache.parquet"}).body, text);
  EXPECT_EQ(refine(request, {.body = "short"}).body, "short");
  EXPECT_EQ(refine(request, {.status = 404, .body = text}).body, text);
}

TEST(Refine, SendsNothingThatIsKnown) {
  const Answer answer{
      .body = "text", .headers = {{"content-security-policy", "its own"}}, .etag = "a"};
  for (const char* tags : {"\"a\"", "W/\"a\"", "\"b\", \"a\"", "\"a-gzip\"", "*"}) {
    const Answer refined = refine(asking({{"if-none-match", tags}}), answer);
    EXPECT_EQ(refined.status, 304) << tags;
    EXPECT_EQ(refined.body, "");
    const std::string head = head_text(refined, true, false);
    EXPECT_THAT(head, Not(HasSubstr("content-length")));
    EXPECT_THAT(head, HasSubstr("content-security-policy: its own\r\n"))
        << "browsers put it over what they have";
  }
  for (const char* tags : {"\"b\"", "a b", ",", "\"\"", "W/"}) {
    EXPECT_EQ(refine(asking({{"if-none-match", tags}}), answer).status, 200) << tags;
  }
  EXPECT_EQ(refine(asking({{"if-none-match", "*"}}), {.body = "text"}).status, 200);
  EXPECT_EQ(refine(asking({{"if-none-match", "*"}}, "POST"), answer).status, 200);
}

TEST(Refine, CutsTheRangeThatIsAskedFor) {
  const Answer answer{.body = "0123456789", .etag = "a"};
  const auto part = [&](const std::string& range) {
    return refine(asking({{"range", range}, {"accept-encoding", "gzip"}}), answer);
  };
  EXPECT_EQ(part("bytes=2-4").body, "234");
  EXPECT_EQ(part("bytes=2-4").status, 206);
  EXPECT_THAT(part("bytes=2-4").headers, Contains(Pair("content-range", "bytes 2-4/10")));
  EXPECT_EQ(part("bytes=7-").body, "789");
  EXPECT_EQ(part("bytes=-3").body, "789");
  EXPECT_EQ(part("bytes=-30").body, "0123456789");
  EXPECT_EQ(part("bytes=8-100").body, "89");
  EXPECT_EQ(part("bytes=10-").status, 416);
  EXPECT_EQ(part("bytes=-0").status, 416);
  for (const char* ignored : {"bytes=4-2", "bytes=a-b", "bytes=1-2,4-5", "lines=1-2",
                              "bytes=", "bytes=-", "bytes=99999999999999999999-"}) {
    EXPECT_EQ(part(ignored).status, 200) << ignored;
    EXPECT_EQ(part(ignored).body, "0123456789") << ignored;
  }
  EXPECT_EQ(refine(asking({{"range", "bytes=0-1"}, {"if-range", "\"b\""}}), answer).status, 200);
  EXPECT_EQ(refine(asking({{"range", "bytes=0-1"}, {"if-range", "\"a\""}}), answer).status, 206);
}

/// Parts of answers that are made anew each time would not fit together.
TEST(Refine, CutsNothingWithoutATag) {
  const Answer whole = refine(asking({{"range", "bytes=2-4"}}), {.body = "0123456789"});
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.body, "0123456789");
  EXPECT_EQ(refine(asking({{"range", "bytes=2-4"}, {"if-range", "\"\""}}), whole).status, 200);
}

TEST(Refine, WhatIsKnownSaysByWhatItIsChosen) {
  const Answer answer{.body = "text", .headers = {{"vary", "accept"}, {"x-a", "b"}}, .etag = "a"};
  const Answer known = refine(asking({{"if-none-match", "\"a\""}}), answer);
  EXPECT_THAT(known.headers,
              testing::IsSupersetOf({Pair("vary", "accept"), Pair("vary", "accept-encoding")}));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
/// A process of its own, with room for the text and no copy of it.
int status_without_memory() {
  constexpr std::size_t kBytes = std::size_t{256} << 20;
  Answer answer{.body = std::string(kBytes, 'x'), .etag = "a"};
  std::ifstream in("/proc/self/statm");
  std::size_t pages = 0;
  in >> pages;
  const rlim_t most = pages * 4096 + kBytes / 4;
  const rlimit limit{most, most};
  setrlimit(RLIMIT_AS, &limit);
  const Answer same = refine(asking({{"accept-encoding", "gzip"}}), std::move(answer));
  return same.status == 200 && same.body.size() == kBytes ? 0 : 1;
}

TEST(RefineDeathTest, SendsAsItIsWhatThereIsNoMemoryToCompress) {
  EXPECT_EXIT(std::_Exit(status_without_memory()), testing::ExitedWithCode(0), "");
}
#endif

TEST(HeadText, TellsTheTime) {
  const std::string text = head_text({}, true, false);
  const std::size_t at = text.find("\r\ndate: ") + 8;
  std::tm parts{};
  const char* const end = strptime(text.c_str() + at, "%a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
  ASSERT_NE(end, nullptr) << text;
  EXPECT_NEAR(static_cast<double>(timegm(&parts)), static_cast<double>(std::time(nullptr)), 2);
  EXPECT_EQ(text[at + 3], ',') << "three letters of the day";
}

TEST(HeadText, KeepsHeadersInTheirLines) {
  const Answer answer{.body = "ab", .headers = {{"x-bad", "a\r\nx-other: b"}, {"x-good", "c"}}};
  const std::string text = head_text(answer, false, true);
  EXPECT_THAT(text, Not(HasSubstr("x-bad")));
  EXPECT_THAT(text, Not(HasSubstr("x-other")));
  EXPECT_THAT(text, HasSubstr("\r\nx-good: c\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\ncontent-length: 2\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nconnection: close\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\ncontent-security-policy: default-src 'none'"));
  EXPECT_THAT(text, HasSubstr("; frame-ancestors 'none'\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nx-content-type-options: nosniff\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nreferrer-policy: no-referrer\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\ncache-control: no-store\r\n"));
  EXPECT_THAT(text, Not(HasSubstr("\r\nserver: "))) << "nobody need know the version";
  EXPECT_THAT(text, HasSubstr("\r\nstrict-transport-security: "));
  EXPECT_THAT(head_text(answer, true, false), Not(HasSubstr("strict-transport")));
  const Answer own{.headers = {{"content-security-policy", "default-src 'self'"}}};
  EXPECT_THAT(head_text(own, true, false), Not(HasSubstr("'none'")));
}

TEST(HeadText, JsonIsAFileUnlessItHasAName) {
  EXPECT_THAT(head_text({.body = "{}"}, true, false),
              HasSubstr("\r\ncontent-disposition: attachment; filename=\"api.json\"\r\n"));
  const Answer named{.headers = {{"content-disposition", "attachment; filename=\"rows.json\""}}};
  EXPECT_THAT(head_text(named, true, false), Not(HasSubstr("api.json")));
  EXPECT_THAT(head_text({.type = "text/html"}, true, false), Not(HasSubstr("disposition")));
  EXPECT_THAT(head_text({.status = 404}, true, false), Not(HasSubstr("disposition")));
}

}  // namespace
}  // namespace forecart
