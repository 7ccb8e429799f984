#include "pipeline/repository.h"
#include "server/routes.h"
#include "server/web_assets.h"
#include "services/oidc_error.h"
#include "table/scratch_folder.h"

#include "http/refine.h"
#include <gmock/gmock.h>

#include <algorithm>

namespace forecart {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

class ShellRoutesTest : public testing::Test {
 protected:
  ShellRoutesTest() {
    add_shell_routes(table, {.repository = repository, .metrics = metrics, .ring = nullptr});
  }
  Answer get(const std::string& path, NamedValues headers = {}) const {
    headers.emplace_back("host", "localhost");
    const Request request{.method = "GET", .target = path, .headers = headers};
    return refine(request, table.answer(request));
  }
  static std::vector<std::string> paths() {
    std::vector<std::string> all(web_pages().begin(), web_pages().end());
    for (const WebAsset& asset : web_assets()) {
      if (asset.name != "index.html") all.push_back("/assets/" + std::string(asset.name));
    }
    return all;
  }
  static std::string script() {
    std::string all;
    for (const WebAsset& asset : web_assets()) {
      if (asset.type.starts_with("text/javascript")) all += unpacked(asset);
    }
    return all;
  }

  ScratchFolder folder;
  Repository repository = Repository::open_or_create({(folder / "shop").string()});
  MetricSet metrics;
  Guard guard{{}};
  RouteTable table{guard};
};

TEST_F(ShellRoutesTest, RunsItsOwnScriptAlone) {
  for (const std::string& path : paths()) {
    const NamedValues headers = get(path).headers;
    const auto policy = std::find_if(headers.begin(), headers.end(), [](const auto& header) {
      return header.first == "content-security-policy";
    });
    ASSERT_NE(policy, headers.end()) << path;
    EXPECT_THAT(policy->second,
                HasSubstr("default-src 'none'; script-src 'self'; style-src 'self'"));
    EXPECT_THAT(policy->second, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy->second, Not(testing::ContainsRegex("unsafe|http"))) << path;
  }
  EXPECT_THAT(get("/").body,
              Not(testing::ContainsRegex("<script>|<style| on[a-z]+=| style=|//[a-z]")));
}

TEST_F(ShellRoutesTest, EveryPageIsTheSameFile) {
  ASSERT_GE(web_pages().size(), 8U);
  EXPECT_EQ(web_pages()[0], "/");
  const Answer first = get("/");
  EXPECT_EQ(first.type, "text/html; charset=utf-8");
  EXPECT_THAT(first.headers, Contains(Pair("cache-control", "no-cache")));
  for (const std::string_view path : web_pages()) {
    const Answer page = get(std::string(path) + "?dataset=orders&in.city=Boston&in.city=Austin");
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_EQ(page.body, first.body) << path;
  }
  EXPECT_EQ(get("/elsewhere").status, 404);
}

TEST_F(ShellRoutesTest, ThePageNamesFilesThatAreThere) {
  const std::string page = get("/").body;
  std::size_t named = 0;
  for (const WebAsset& asset : web_assets()) {
    named += page.find("/assets/" + std::string(asset.name)) == std::string::npos ? 0 : 1;
  }
  EXPECT_GE(named, 2U) << page;
  std::size_t wanted = 0;
  for (std::size_t at = 0; (at = page.find("\"/assets/", at)) != std::string::npos; ++at) ++wanted;
  EXPECT_EQ(named, wanted) << page;
}

TEST_F(ShellRoutesTest, FilesAreKeptForGoodAndSentAsTheyLie) {
  for (const WebAsset& asset : web_assets()) {
    if (asset.name == "index.html") continue;
    const std::string path = "/assets/" + std::string(asset.name);
    const Answer packed = get(path, {{"accept-encoding", "br, gzip"}});
    EXPECT_EQ(packed.body, asset.gzip) << path;
    EXPECT_EQ(packed.type, asset.type);
    EXPECT_THAT(packed.headers,
                Contains(Pair("cache-control", "public, max-age=31536000, immutable")));
    EXPECT_THAT(packed.headers, Contains(Pair("content-encoding", "gzip")));
    EXPECT_THAT(packed.headers, Contains(Pair("vary", "accept-encoding")));
    const Answer plain = get(path);
    EXPECT_EQ(plain.body, unpacked(asset)) << path;
    EXPECT_EQ(plain.body.size(), asset.bytes);
    EXPECT_THAT(plain.headers, Each(Key(Not("content-encoding"))));
    EXPECT_NE(plain.etag, packed.etag) << "two forms under one tag";
    const Answer part = get(path, {{"accept-encoding", "gzip"}, {"range", "bytes=0-9"}});
    EXPECT_EQ(part.body, plain.body.substr(0, 10));
  }
}

TEST_F(ShellRoutesTest, WhoHasThePageIsToldSoWithItsPolicy) {
  const Answer page = get("/", {{"accept-encoding", "gzip"}});
  const Answer again =
      get("/sales", {{"accept-encoding", "gzip"}, {"if-none-match", '"' + page.etag + '"'}});
  EXPECT_EQ(again.status, 304);
  EXPECT_THAT(again.headers, Contains(Key("content-security-policy")));
  EXPECT_THAT(again.headers, Each(Key(Not("content-encoding"))));
}

TEST_F(ShellRoutesTest, OtherFilesAreNotThere) {
  for (const char* path : {"/assets/index.html", "/assets/none.js", "/assets/..%2f..%2fetc"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
}

/// Text that comes from data becomes markup nowhere, and no secret is kept: web/src/safety.test.ts
/// looks at the sources, this at what was made of them together with the libraries.
TEST_F(ShellRoutesTest, MakesNoMarkupOfWhatItIsTold) {
  const std::string all = script();
  ASSERT_GT(all.size(), 10'000U);
  EXPECT_THAT(all, Not(testing::ContainsRegex(
                       "insertAdjacentHTML|document\\.write|[^a-zA-Z.]eval\\(|new Function|"
                       "document\\.cookie")));
}

/// A word of the address becomes a sentence of the page.
TEST_F(ShellRoutesTest, SaysWhyASignInFailed) {
  const std::string all = script();
  std::vector<std::string> codes{"no_user", "disabled", "unavailable", "internal"};
  for (int fault = 0; fault <= static_cast<int>(OidcFault::token_refused); ++fault) {
    codes.emplace_back(to_string(static_cast<OidcFault>(fault)));
  }
  for (const std::string& code : codes) {
    EXPECT_THAT(all, testing::ContainsRegex("[\"'`]" + code + "[\"'`],[\"'`][A-Z]")) << code;
  }
}

}  // namespace
}  // namespace forecart
