#include "server/report_document.h"

#include "base/hash.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <regex>

namespace forecart {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kNasty =
    "</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)>";

/// What stands between the first such tag and its end.
std::string element(const std::string& html, const std::string& begin, const std::string& end) {
  const std::size_t at = html.find(begin) + begin.size();
  return html.substr(at, html.find(end, at) - at);
}

TEST(ReportDocument, JsonCannotEndItsElement) {
  const nlohmann::json value{{"name", kNasty}, {"rest", "a<b>&'\""}};
  const std::string safe = escape_script(value.dump());
  EXPECT_THAT(safe, Not(HasSubstr("<")));
  EXPECT_EQ(nlohmann::json::parse(safe), value);
}

TEST(ReportDocument, HtmlIsText) {
  EXPECT_EQ(escape_html("<b a=\"1\" c='2'>&amp;</b>"),
            "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;");
}

TEST(ReportDocument, MarksInWhatIsToldStayText) {
  const std::string marks = "<!--title--><!--summary--><!--answers-->";
  const std::string page =
      report_document({.title = marks + kNasty,
                       .summary = "<p>" + escape_html(marks) + "</p>",
                       .answers = nlohmann::json{{"of", marks + kNasty}}.dump()});
  EXPECT_EQ(element(page, "<title>", "</title>"), escape_html(marks + kNasty));
  const std::string answers = element(page, "id=\"answers\">", "</script>");
  EXPECT_EQ(nlohmann::json::parse(answers)["of"], marks + kNasty);
  EXPECT_THAT(page, Not(HasSubstr("<!--")));
}

/// Nothing runs but the script and the style that were built, nothing is asked for.
TEST(ReportDocument, PolicyLetsOnlyItsOwnScriptRun) {
  const std::string page = report_document({"t", "s", "{}"});
  const std::string policy = element(page, "content-security-policy\" content=\"", "\"");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  EXPECT_THAT(policy, Not(HasSubstr("connect-src")));
  EXPECT_TRUE(std::regex_search(policy, std::regex("script-src 'sha256-[A-Za-z0-9+/]{43}=';")));
  EXPECT_TRUE(std::regex_search(policy, std::regex("style-src 'sha256-[A-Za-z0-9+/]{43}=';")));
  const std::string outside = page.substr(0, page.find("<style>"));
  EXPECT_FALSE(std::regex_search(page, std::regex("<(script|link|img)[^>]* src=")));
  EXPECT_THAT(outside, Not(HasSubstr("http:")));
}

}  // namespace
}  // namespace forecart
