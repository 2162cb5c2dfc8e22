# SPDX-License-Identifier: Apache-2.0
#
# Rules for real_opa_test.cpp, one file per kind of request; each uses what the test wants to see arrive.
package register

import rego.v1

violation contains {"msg": "only invited people", "code": "username-not-allowed", "field": "username"} if not input.username in input.data.invited

violation contains {"msg": "not from here"} if net.cidr_contains("10.0.0.0/8", input.requester.ip_address)
