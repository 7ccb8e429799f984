#include "browser.h"

#include <gtest/gtest.h>

namespace forecart::testing_oidc {

namespace {

/// What stands between two texts of a page; "" where they are not there.
std::string between(const std::string& page, const std::string& before, const std::string& after) {
  const std::size_t found = page.find(before);
  if (found == std::string::npos) return "";
  const std::size_t begin = found + before.size();
  return page.substr(begin, page.find(after, begin) - begin);
}

std::string whole(const std::string& location, const Url& from) {
  return location.starts_with('/') ? from.scheme + "://" + from.host + location : location;
}

}  // namespace

NamedValues Browser::sign_in(const std::string& url, const std::string& user) {
  constexpr int kMostPages = 4;  // sign in, consent
  std::string page = open({.url = parse_url(url)});
  for (int i = 0; i < kMostPages && !page.empty(); ++i) page = post(page, user);
  EXPECT_EQ(page, "");
  return at_.query;
}

NamedValues Browser::turn_back(const std::string& url) {
  const std::string page = open({.url = parse_url(url)});
  const std::string form = between(page, "action=\"", "\"");
  EXPECT_EQ(open({.url = parse_url(whole(form, at_) + "/abort")}), "");
  return at_.query;
}

std::string Browser::post(const std::string& page, const std::string& user) {
  const std::string form = between(page, "action=\"", "\"");
  const std::string prompt = between(page, "name=\"prompt\" value=\"", "\"");
  if (form.empty()) {
    ADD_FAILURE() << "no form: " << page.substr(0, 300);
    return "";
  }
  const std::string body = encode_query({{"prompt", prompt}, {"login", user}, {"password", "any"}});
  return open({.method = "POST",
               .url = parse_url(whole(form, at_)),
               .headers = {{"content-type", "application/x-www-form-urlencoded"}},
               .body = body});
}

std::string Browser::open(HttpRequest request) {
  constexpr int kMostRedirects = 10;
  request.timeout = std::chrono::seconds(10);
  for (int i = 0; i < kMostRedirects; ++i) {
    at_ = request.url;
    if (at_.text().starts_with(callback_)) return "";
    request.headers.emplace_back("cookie", cookies());
    const HttpResponse response = client_.send(request);
    keep_cookies(response);
    const std::string location = response.header("location");
    if (location.empty()) return response.body.empty() ? response.failure : response.body;
    request = {.url = parse_url(whole(location, at_)), .timeout = request.timeout};
  }
  ADD_FAILURE() << "redirects without an end";
  return "";
}

void Browser::keep_cookies(const HttpResponse& response) {
  for (const auto& [name, value] : response.headers) {
    if (name != "set-cookie") continue;
    const std::string pair = value.substr(0, value.find(';'));
    jar_[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
  }
}

std::string Browser::cookies() const {
  std::string text;
  for (const auto& [name, value] : jar_) {
    if (!value.empty()) text += (text.empty() ? "" : "; ") + name + "=" + value;
  }
  return text.empty() ? "none=1" : text;
}

}  // namespace forecart::testing_oidc
