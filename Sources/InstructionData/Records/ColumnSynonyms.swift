extension RecordColumn {
  /// Names that other data sets use for the column: lower case, letters and digits alone.
  var synonyms: Set<String> {
    switch self {
    case .prompt, .instruction:
      [
        "prompt", "question", "query", "instruction", "instructions", "input", "inputs", "task", "problem", "request",
        "user", "human", "userprompt", "userinput", "userinstruction", "usermessage", "usertext", "source", "src", "q",
        "inputtext", "inputtexts", "prompttext", "ask", "frage", "aufgabe", "anweisung", "eingabe", "anfrage",
        "pregunta", "instruccion", "instrucción", "entrada", "consulta", "domanda", "istruzione", "richiesta",
        "pergunta", "instrução", "instrucao", "consigne", "requête", "requete", "vraag", "fråga", "вопрос",
        "问题", "問題", "质问", "質問", "指令", "提问", "질문",
      ]
    case .completion, .output:
      [
        "completion", "completions", "answer", "response", "output", "outputs", "reply", "target", "tgt", "result",
        "solution", "assistant", "gpt", "a", "assistantresponse", "modeloutput", "modelresponse", "outputtext",
        "responsetext", "answertext", "targettext", "generation", "gold", "antwort", "ausgabe", "loesung", "lösung",
        "respuesta", "salida", "solución", "solucion", "risposta", "soluzione", "resposta", "saída", "saida",
        "réponse", "reponse", "sortie", "antwoord", "svar", "ответ", "回答", "答案", "答え", "输出", "답변",
      ]
    case .input:
      ["input", "context", "passage", "background", "document", "kontext", "contexto", "contexte", "contesto"]
    case .messages, .conversations:
      ["messages", "conversations", "conversation", "dialogue", "dialog", "chat", "turns", "history", "dialogo"]
    case .text: ["text", "content", "document", "body", "passage", "article", "txt", "raw", "texto", "texte", "testo"]
    case .chosen:
      [
        "chosen", "preferred", "better", "good", "accepted", "accept", "winner", "win", "positive", "best",
        "chosenresponse", "preferredoutput", "preferredresponse", "preferredanswer", "goodresponse", "goodanswer",
        "betterresponse", "betteranswer", "chosenanswer", "responsechosen", "answerchosen", "outputchosen",
        "preferredcompletion", "positiveresponse",
      ]
    case .rejected:
      [
        "rejected", "dispreferred", "nonpreferred", "worse", "bad", "reject", "loser", "lose", "negative", "worst",
        "rejectedresponse", "nonpreferredoutput", "dispreferredresponse", "dispreferredanswer", "badresponse",
        "badanswer", "worseresponse", "worseanswer", "rejectedanswer", "responserejected", "answerrejected",
        "outputrejected", "nonpreferredcompletion", "negativeresponse",
      ]
    case .label:
      [
        "label", "ktotag", "desirable", "isdesirable", "isgood", "good", "liked", "like", "thumbsup", "accepted",
        "ispreferred", "correct", "iscorrect", "feedback",
      ]
    case .system: ["system", "systemprompt", "systemmessage", "systeminstruction", "sys", "preamble"]
    case .history: ["history", "previousturns", "pastturns", "verlauf", "historial"]
    case .tools: ["tools", "toollist", "availabletools"]
    case .ids, .promptLength, .templateOptions: []
    }
  }
}
