# SPDX-License-Identifier: Apache-2.0
package authorization_grant

import rego.v1

default violation := {"violations": [], "consent": "ask"}

violation := {"violations": [], "consent": "skip", "scope": "openid", "access_token_lifetime": 120} if input.client.is_static

violation := [{"msg": "too many", "code": "too-many-sessions", "need_to_remove": (input.session_counts.total - input.data.session_limit.soft_limit) + 1}] if {
	not input.client.is_static
	input.session_counts.total >= input.data.session_limit.soft_limit
}
