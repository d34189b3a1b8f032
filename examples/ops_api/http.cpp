#include "http.hpp"

#include <iostream>
#include <map>
#include <memory>

#include <tenon/error.hpp>

namespace {

using tenon::Error;

int status_of(Error::Kind kind) {
  switch (kind) {
    case Error::Kind::invalid_argument:
      return 400;
    case Error::Kind::permission_denied:
    case Error::Kind::read_only:
      return 403;
    case Error::Kind::not_found:
      return 404;
    case Error::Kind::already_exists:
    case Error::Kind::conflict:
    case Error::Kind::constraint_violation:
      return 409;
    case Error::Kind::limit_exceeded:
      return 413;
    case Error::Kind::unavailable:
    case Error::Kind::busy:
    case Error::Kind::timeout:
    case Error::Kind::serialization_failure:
    case Error::Kind::deadlock:
      return 503;
    default:
      return 500;
  }
}

nlohmann::json error_body(int status, const std::string& message) {
  return {{"error", {{"status", status}, {"message", message}}}};
}

void refuse(httplib::Response& response, int status, const std::string& message) {
  if (status == 503) response.set_header("Retry-After", "1");
  send(response, error_body(status, message), status);
}

void guarded(const Handler& handler, const httplib::Request& request, httplib::Response& response) {
  try {
    handler(request, response);
  } catch (const HttpError& error) {
    refuse(response, error.status(), error.what());
  } catch (const Error& error) {
    const int status = status_of(error.kind());
    if (status >= 500) std::cerr << request.method << ' ' << request.path << ": " << error.what() << '\n';
    // What went wrong inside, or where the database is, is nobody's business outside.
    refuse(response, status,
           status == 503   ? "the database does not answer; try again"
           : status == 500 ? "something went wrong inside"
                           : error.what());
  } catch (const std::exception& error) {
    std::cerr << request.method << ' ' << request.path << ": " << error.what() << '\n';
    refuse(response, 500, "something went wrong inside");
  }
}

}  // namespace

void send(httplib::Response& response, const nlohmann::json& body, int status) {
  response.status = status;
  response.set_content(body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n",
                       "application/json");
}

nlohmann::json body_of(const httplib::Request& request) {
  nlohmann::json body = nlohmann::json::parse(request.body, nullptr, false);
  if (body.is_discarded()) throw HttpError(400, "the body is not JSON");
  return body;
}

void add_route(httplib::Server& server, const std::string& pattern,
               std::initializer_list<std::pair<const char*, Handler>> methods) {
  const auto handlers = std::make_shared<std::map<std::string, Handler>>(methods.begin(), methods.end());
  std::string allow;
  for (const auto& [method, handler] : *handlers) allow += (allow.empty() ? "" : ", ") + method;
  const Handler dispatch = [handlers, allow](const httplib::Request& request, httplib::Response& response) {
    const auto found = handlers->find(request.method == "HEAD" ? "GET" : request.method);
    if (found != handlers->end()) return guarded(found->second, request, response);
    response.set_header("Allow", allow);
    refuse(response, 405, request.method + " is not for " + request.path);
  };
  server.Get(pattern, dispatch);
  server.Post(pattern, dispatch);
  server.Put(pattern, dispatch);
  server.Patch(pattern, dispatch);
  server.Delete(pattern, dispatch);
}

void answer_errors_in_json(httplib::Server& server) {
  server.set_error_handler([](const httplib::Request& request, httplib::Response& response) {
    if (!response.body.empty()) return;
    const char* message = response.status == 404   ? "there is nothing here"
                          : response.status == 413 ? "the body is too large"
                                                   : "the request cannot be served";
    refuse(response, response.status, std::string(message) + ": " + request.path);
  });
}
