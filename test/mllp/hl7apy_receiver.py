"""A receiver of alerts on hl7apy's own MLLP server: prints its port, then the alert id and phase of each message it acknowledged."""

import sys

from hl7apy.core import Message
from hl7apy.mllp import AbstractHandler, MLLPServer
from hl7apy.parser import parse_message


class ReportAlert(AbstractHandler):
    def reply(self):
        message = parse_message(self.incoming_message, find_groups=False)
        answer = Message("ACK", version="2.6")
        answer.msh.msh_9 = "ACK^R40^ACK"
        answer.msh.msh_10 = "1"
        answer.msa.msa_1 = "AA"
        answer.msa.msa_2 = message.msh.msh_10.to_er7()
        phases = [obx.obx_5.to_er7() for obx in message.obx if obx.obx_3.cwe_1.to_er7() == "68481"]
        print(message.obr.obr_3.ei_1.to_er7(), *phases, flush=True)
        return answer.to_mllp()


server = MLLPServer("127.0.0.1", 0, {"ORU^R40^ORU_R40": (ReportAlert,)})
print(server.socket.getsockname()[1], flush=True)
sys.stdin.close()
server.serve_forever()
