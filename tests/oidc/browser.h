#pragma once

#include "net/http.h"

#include <map>
#include <string>

namespace forecart::testing_oidc {

/// A browser as far as signing in needs one: cookies, redirects, one form a page. Stops where it is
/// sent to the callback.
class Browser {
 public:
  explicit Browser(std::string callback) : callback_(std::move(callback)) {}

  /// Signs in as `user` and consents, from the address that a sign-in begins with; the query of the
  /// callback. Fails the test and gives nothing where it does not get there.
  NamedValues sign_in(const std::string& url, const std::string& user);
  /// The same of somebody who turns back at the first page.
  NamedValues turn_back(const std::string& url);

 private:
  /// The page that redirects end at; none at the callback.
  std::string open(HttpRequest request);
  std::string post(const std::string& page, const std::string& user);
  void keep_cookies(const HttpResponse& response);
  std::string cookies() const;

  std::string callback_;
  HttpClient client_;
  std::map<std::string, std::string> jar_;
  Url at_;  ///< of the page, in the end of the callback
};

}  // namespace forecart::testing_oidc
